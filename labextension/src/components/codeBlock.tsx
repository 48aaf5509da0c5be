/** The code of an attempt: foldable, to copy, to insert into a notebook. */

import { addBelowIcon, checkIcon, copyIcon } from '@jupyterlab/ui-components';
import { useEffect, useState, type ReactNode } from 'react';

import { CommandIDs } from '../tokens/commandIds';
import { useAgent, useCommandEnabled } from './context';
import { Disclosure } from './disclosure';
import { Highlighted } from './highlighted';
import { IconButton } from './iconButton';

interface Props {
  readonly label: string;
  readonly code: string;
  readonly open: boolean;
  /** What else can be done with it. */
  readonly children?: ReactNode;
}

export function CodeBlock({ label, code, open, children }: Props) {
  const actions = <Actions code={code}>{children}</Actions>;
  return (
    <Disclosure className="jp-Agent-codeBlock" label={label} open={open} actions={actions}>
      <Highlighted code={code} />
    </Disclosure>
  );
}

function Actions({ code, children }: Pick<Props, 'code' | 'children'>) {
  const { commands, trans } = useAgent();
  const canInsert = useCommandEnabled(CommandIDs.insertCode);
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = window.setTimeout(() => setCopied(false), 1500);
    return () => window.clearTimeout(timer);
  }, [copied]);

  return (
    <span className="jp-Agent-actions">
      {children}
      {canInsert && (
        <IconButton
          icon={addBelowIcon}
          label={trans.__('Insert into the notebook, below the active cell')}
          onClick={() => void commands.execute(CommandIDs.insertCode, { code })}
        />
      )}
      <IconButton
        icon={copied ? checkIcon : copyIcon}
        label={copied ? trans.__('Copied') : trans.__('Copy the code')}
        onClick={() => void commands.execute(CommandIDs.copyCode, { code }).then(() => setCopied(true))}
      />
    </span>
  );
}
