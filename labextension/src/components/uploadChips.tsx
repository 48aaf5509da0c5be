/** The files that go with the next question: how far they are, and a way to leave one out. */

import { closeIcon, fileIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Upload } from '../model/upload';
import { formatSize } from '../rendering/format';
import { useAgent } from './context';
import { IconButton } from './iconButton';

export function UploadChips({ uploads }: { readonly uploads: readonly Upload[] }) {
  const { session, trans } = useAgent();
  if (uploads.length === 0) {
    return null;
  }
  return (
    <ul className="jp-Agent-chips" aria-label={trans.__('Attached files')}>
      {uploads.map(upload => (
        <li key={upload.key} className="jp-Agent-chip" data-state={upload.state} title={upload.name}>
          <div className="jp-Agent-chip-row">
            <fileIcon.react tag="span" aria-hidden="true" />
            <span className="jp-Agent-chip-name">{upload.name}</span>
            <span className="jp-Agent-chip-size">{stateText(trans, upload)}</span>
            <IconButton
              icon={closeIcon}
              label={trans.__('Remove %1', upload.name)}
              onClick={() => void session.detach(upload.key)}
            />
          </div>
          {upload.state === 'sending' && (
            <progress max={1} value={upload.progress} aria-label={trans.__('Upload of %1', upload.name)} />
          )}
          {upload.state === 'failed' && (
            <p className="jp-Agent-chip-problem" role="alert">
              {`${upload.problem.title} ${upload.problem.detail}`.trim()}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function stateText(trans: TranslationBundle, upload: Upload): string {
  switch (upload.state) {
    case 'waiting':
      return trans.__('waiting');
    case 'sending':
      return `${Math.round(upload.progress * 100)} %`;
    case 'done':
      return formatSize(upload.size);
    case 'failed':
      return trans.__('not attached');
  }
}
