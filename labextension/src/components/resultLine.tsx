/** One line under an attempt's code: what it uses while it runs, then how long it ran and what it changed. */

import type { ReactNode } from 'react';

import type { Attempt } from '../model/view';
import { formatDuration } from '../rendering/format';
import { useAgent } from './context';
import { MeterLine } from './meterLine';
import { Names } from './names';

export function ResultLine({ attempt }: { readonly attempt: Attempt }) {
  const { trans } = useAgent();
  const { state, duration, changes } = attempt;
  if (state === 'running') {
    return <MeterLine meter={attempt.meter} />;
  }
  if (duration === null || state === 'rejected') {
    return null;
  }
  const parts: readonly ReactNode[] = [
    trans.__('Ran %1', formatDuration(trans, duration)),
    changes.added.length > 0 && <Names before={trans.__('added')} names={changes.added} />,
    changes.changed.length > 0 && <Names before={trans.__('changed')} names={changes.changed} />,
    changes.removed.length > 0 && <Names before={trans.__('removed')} names={changes.removed} />,
    isGone(attempt) && <strong>{trans.__('no longer in the kernel')}</strong>
  ];
  return (
    <p className="jp-Agent-result" data-gone={isGone(attempt) || undefined}>
      {parts.filter(Boolean).map((part, index) => (
        <span key={index}>{part}</span>
      ))}
    </p>
  );
}

/** What was undone at once was never there to be taken back. */
function isGone(attempt: Attempt): boolean {
  return attempt.takenBack && !attempt.rolledBack;
}
