/** What the kernel refused while the code ran, each thing once. */

import type { LabIcon } from '@jupyterlab/ui-components';

import type { Refusal } from '../model/view';
import type { BlockKind } from '../types/shapes';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { inspectionIcon, networkIcon, pathIcon, processIcon, programIcon, signalIcon } from './icons';

/** So many are shown at once; the others on demand. */
const MOST = 3;

export function RefusalList({ refusals }: { readonly refusals: readonly Refusal[] }) {
  const { trans } = useAgent();
  const more = refusals.slice(MOST);
  return refusals.length === 0 ? null : (
    <div className="jp-Agent-refusals">
      <Lines refusals={refusals.slice(0, MOST)} label={trans.__('Blocked by the kernel')} />
      {more.length > 0 && (
        <Disclosure label={trans._n('%1 more was blocked', '%1 more were blocked', more.length)} open={false}>
          <Lines refusals={more} label={trans.__('Blocked by the kernel, too')} />
        </Disclosure>
      )}
    </div>
  );
}

interface LinesProps {
  readonly refusals: readonly Refusal[];
  readonly label: string;
}

function Lines({ refusals, label }: LinesProps) {
  const { trans } = useAgent();
  return (
    <ul aria-label={label}>
      {refusals.map(({ kind, sentence, times }) => {
        const icon = ICONS[kind];
        return (
          <li key={kind + sentence} className="jp-Agent-refusal" data-kind={kind}>
            <icon.react tag="span" aria-hidden="true" />
            <span>
              <strong>{trans.__('Blocked.')}</strong> {sentence}
              {times > 1 && <span className="jp-Agent-quiet"> {trans._n('%1 time', '%1 times', times)}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const ICONS: Record<BlockKind, LabIcon> = {
  network: networkIcon,
  program: programIcon,
  process: processIcon,
  signal: signalIcon,
  inspection: inspectionIcon,
  path: pathIcon
};
