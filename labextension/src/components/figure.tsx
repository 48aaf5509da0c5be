/** An image that code drew: click to enlarge, or save it. */

import { closeIcon, downloadIcon } from '@jupyterlab/ui-components';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

import { useAgent } from './context';
import { IconButton } from './iconButton';

/** What outputs draw, and what it is saved as. */
const EXTENSIONS = { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/svg+xml': '.svg' } as const;

interface Props {
  readonly mimeType: keyof typeof EXTENSIONS;
  /** Base64, or the text of an SVG. */
  readonly data: string;
  readonly alternative: string;
}

export function Figure({ mimeType, data, alternative }: Props) {
  const { trans } = useAgent();
  const [enlarged, enlarge] = useState(false);
  const address =
    mimeType === 'image/svg+xml'
      ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`
      : `data:${mimeType};base64,${data.replace(/\s/g, '')}`;
  return (
    <figure className="jp-Agent-figure">
      <button type="button" title={trans.__('Enlarge')} onClick={() => enlarge(true)}>
        <img src={address} alt={alternative} />
      </button>
      {enlarged && (
        <Enlarged
          address={address}
          alternative={alternative}
          fileName={trans.__('figure') + EXTENSIONS[mimeType]}
          onClose={() => enlarge(false)}
        />
      )}
    </figure>
  );
}

interface EnlargedProps {
  readonly address: string;
  readonly alternative: string;
  readonly fileName: string;
  readonly onClose: () => void;
}

/** Stands outside the panel, so that Escape closes it and does not stop the agent. */
function Enlarged({ address, alternative, fileName, onClose }: EnlargedProps) {
  const { trans } = useAgent();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const download = (): void => {
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName;
    link.click();
  };

  return createPortal(
    <dialog
      ref={dialog}
      className="jp-Agent-enlarged"
      aria-label={alternative}
      onClose={onClose}
      onClick={event => event.target === dialog.current && onClose()}
    >
      <div className="jp-Agent-enlarged-bar">
        <IconButton icon={downloadIcon} label={trans.__('Download the image')} onClick={download} />
        <IconButton icon={closeIcon} label={trans.__('Close')} onClick={onClose} />
      </div>
      <img src={address} alt={alternative} />
    </dialog>,
    document.body
  );
}
