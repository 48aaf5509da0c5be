/** What the kernel uses while code runs. It keeps one line of room from the start, so that nothing moves. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { formatClock, formatDuration, formatSize } from '../rendering/format';
import type { Meter } from '../types/wire';
import { useAgent } from './context';

/** `meter` is null until the first measurement, which short code never sees. */
export function MeterLine({ meter }: { readonly meter: Meter | null }) {
  const { trans } = useAgent();
  return (
    <p className="jp-Agent-result jp-Agent-meter" title={meter ? wholeText(trans, meter) : undefined}>
      {meter === null ? (
        trans.__('Running')
      ) : (
        <>
          <span>{formatClock(meter.seconds * 1000)}</span>
          <Memory meter={meter} />
          <span>{trans.__('CPU %1', formatDuration(trans, meter.processor))}</span>
          {meter.workspace_files > 0 && (
            <span>{trans._n('%1 file', '%1 files', meter.workspace_files)}</span>
          )}
        </>
      )}
    </p>
  );
}

function Memory({ meter }: { readonly meter: Meter }) {
  const { trans } = useAgent();
  const { memory, memory_limit: limit } = meter;
  const share = limit > 0 ? Math.min(memory / limit, 1) : 0;
  return (
    <span className="jp-Agent-memory">
      {formatSize(memory)}
      {limit > 0 && (
        <span className="jp-Agent-memory-limit">{`\u00a0${trans.__('of %1', formatSize(limit))}`}</span>
      )}
      {limit > 0 && (
        <span
          className="jp-Agent-memory-bar"
          role="meter"
          aria-label={trans.__('Memory')}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={memory}
          aria-valuetext={trans.__('%1 of %2', formatSize(memory), formatSize(limit))}
          data-level={share > 0.85 ? 'high' : 'fine'}
        >
          <span style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </span>
  );
}

/** For a pointer that rests on the line: there is more room in a tip. */
function wholeText(trans: TranslationBundle, meter: Meter): string {
  const texts = [
    trans.__('Memory: %1 of %2', formatSize(meter.memory), formatSize(meter.memory_limit)),
    trans.__('of it for going back: %1', formatSize(meter.snapshot_memory)),
    trans.__('Processor time: %1', formatDuration(trans, meter.processor)),
    trans.__('Processes: %1', meter.processes),
    trans.__('Files in the workspace: %1, %2', meter.workspace_files, formatSize(meter.workspace))
  ];
  return texts.join('\n');
}
