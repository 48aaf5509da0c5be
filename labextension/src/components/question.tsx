/** What the person asked, with the files that came with it. */

import { fileIcon } from '@jupyterlab/ui-components';

import { formatSize } from '../rendering/format';
import type { Attachment } from '../types/wire';

interface Props {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export function Question({ text, attachments }: Props) {
  return (
    <div className="jp-Agent-question">
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
