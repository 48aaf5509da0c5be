/** What is going on right now, with a clock that runs. */

import { useEffect, useState } from 'react';

import { formatClock } from '../rendering/format';
import { useAgent } from './context';

interface Props {
  readonly text: string;
  /** The part that is done, from 0 to 1. */
  readonly progress: number | null;
  /** Since when, in milliseconds of this computer's clock. */
  readonly since: number;
}

export function ActivityLine({ text, progress, since }: Props) {
  const { trans } = useAgent();
  return (
    <p className="jp-Agent-activity">
      <span className="jp-Agent-spinner" aria-hidden="true" />
      {text || trans.__('Starting')}
      {progress !== null && (
        <progress className="jp-Agent-progress" value={progress} aria-label={text}>
          {`${Math.round(progress * 100)}%`}
        </progress>
      )}
      <Clock since={since} />
    </p>
  );
}

function Clock({ since }: { readonly since: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <span className="jp-Agent-clock" aria-hidden="true">
      {` · ${formatClock(now - since)}`}
    </span>
  );
}
