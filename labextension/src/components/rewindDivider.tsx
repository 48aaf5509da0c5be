/** Where in the conversation the variables were taken back. */

import { undoIcon } from '@jupyterlab/ui-components';

import type { Rewind } from '../model/view';
import { useAgent } from './context';

interface Props {
  readonly rewind: Rewind;
  /** The question is not the one that stands right above. */
  readonly elsewhere: boolean;
}

export function RewindDivider({ rewind, elsewhere }: Props) {
  const { trans } = useAgent();
  const { attempt, step, question } = rewind;
  return (
    <p className="jp-Agent-divider">
      <span className="jp-Agent-divider-text">
        <undoIcon.react tag="span" aria-hidden="true" />
        <span>
          {trans.__('Variables were taken back to before attempt %1 of step %2', attempt, step)}
          {elsewhere && <span className="jp-Agent-divider-question">{trans.__('“%1”', question)}</span>}
        </span>
      </span>
    </p>
  );
}
