/** A small button that is only an icon; its label is read aloud and shown as a tip. */

import type { LabIcon } from '@jupyterlab/ui-components';
import type { MouseEvent } from 'react';

interface Props {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: (event: MouseEvent<HTMLButtonElement>) => void;
  readonly disabled?: boolean;
  readonly className?: string;
  /** It opens a menu. */
  readonly menu?: boolean;
  /** It shows and hides a part: whether that is there now. */
  readonly expanded?: boolean | undefined;
}

export function IconButton(props: Props) {
  const { icon, label, onClick, disabled = false, className = '', menu = false, expanded } = props;
  return (
    <button
      type="button"
      className={`jp-Agent-iconButton ${className}`}
      title={label}
      aria-label={label}
      aria-haspopup={menu ? 'menu' : undefined}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <icon.react tag="span" aria-hidden="true" />
    </button>
  );
}
