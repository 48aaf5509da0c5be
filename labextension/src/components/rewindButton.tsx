/** Takes the variables back to before an attempt; there only while that moment is kept. */

import { undoIcon } from '@jupyterlab/ui-components';

import type { Place } from '../model/kernelSight';
import { CommandIDs } from '../tokens/commandIds';
import { useAgent, useCanRewind } from './context';
import { IconButton } from './iconButton';

export function RewindButton({ place }: { readonly place: Place }) {
  const { commands, trans } = useAgent();
  return useCanRewind(place) ? (
    <IconButton
      icon={undoIcon}
      label={trans.__('Go back to before this')}
      onClick={() => void commands.execute(CommandIDs.rewind, { ...place })}
    />
  ) : null;
}
