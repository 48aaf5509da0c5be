/** A part that can be folded: open as the caller thinks best, until the person decides. */

import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useId, useState, type ReactNode } from 'react';

interface Props {
  readonly label: ReactNode;
  readonly open: boolean;
  readonly children: ReactNode;
  /** Stands at the end of the label's line, outside the button. */
  readonly actions?: ReactNode;
  readonly className?: string;
}

export function Disclosure({ label, open, children, actions, className = '' }: Props) {
  const [chosen, choose] = useState<boolean | null>(null);
  const id = useId();
  const isOpen = chosen ?? open;
  const caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <div className={`jp-Agent-disclosure ${className}`}>
      <div className="jp-Agent-disclosure-head">
        <button
          type="button"
          className="jp-Agent-disclosure-button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => choose(!isOpen)}
        >
          <caret.react tag="span" aria-hidden="true" />
          <span className="jp-Agent-disclosure-label">{label}</span>
        </button>
        {actions}
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}
