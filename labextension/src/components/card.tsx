/** A message that is not part of the conversation: what happened, what to do, and a way to do it. */

import { closeIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';

import { useAgent } from './context';
import { IconButton } from './iconButton';
import { infoIcon, warningIcon } from './icons';

interface Props {
  readonly level: 'info' | 'warning' | 'error';
  readonly children: ReactNode;
  /** Buttons below the text. */
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
}

export function Card({ level, children, actions, onDismiss }: Props) {
  const { trans } = useAgent();
  const icon = level === 'info' ? infoIcon : warningIcon;
  return (
    <div className="jp-Agent-card" data-level={level} role={level === 'error' ? 'alert' : 'note'}>
      <span className="jp-Agent-card-icon" aria-hidden="true">
        <icon.react tag="span" />
      </span>
      <div className="jp-Agent-card-body">
        {children}
        {actions && <div className="jp-Agent-card-actions">{actions}</div>}
      </div>
      {onDismiss && <IconButton icon={closeIcon} label={trans.__('Dismiss')} onClick={onDismiss} />}
    </div>
  );
}
