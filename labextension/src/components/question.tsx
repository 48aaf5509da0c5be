/** What the person asked, with the files that came with it. */

import { fileIcon } from '@jupyterlab/ui-components';

import { formatSize } from '../rendering/format';
import type { Attachment } from '../types/wire';
import { useAgent } from './context';

interface Props {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** It is not asked anew: its plan is taken up again. */
  readonly resumed?: boolean;
}

export function Question({ text, attachments, resumed = false }: Props) {
  const { trans } = useAgent();
  return (
    <div className="jp-Agent-question">
      {resumed && <p className="jp-Agent-question-note">{trans.__('Resumed')}</p>}
      {attachments.length > 0 && (
        <ul className="jp-Agent-chips">
          {attachments.map(attachment => (
            <li key={attachment.id} className="jp-Agent-chip" title={attachment.name}>
              <div className="jp-Agent-chip-row">
                <fileIcon.react tag="span" aria-hidden="true" />
                <span className="jp-Agent-chip-name">{attachment.name}</span>
                <span className="jp-Agent-chip-size">{formatSize(attachment.size)}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
      <p>{text}</p>
    </div>
  );
}
