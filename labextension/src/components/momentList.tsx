/** The moments that the variables can be taken back to, the latest first, with the memory that they cost. */

import { undoIcon } from '@jupyterlab/ui-components';

import type { Turn } from '../model/view';
import { formatSize } from '../rendering/format';
import { CommandIDs } from '../tokens/commandIds';
import type { Moment } from '../types/wire';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { IconButton } from './iconButton';

interface Props {
  /** Oldest first. */
  readonly moments: readonly Moment[];
  readonly turns: readonly Turn[];
  readonly enabled: boolean;
}

export function MomentList({ moments, turns, enabled }: Props) {
  const { commands, trans } = useAgent();
  if (moments.length === 0) {
    return null;
  }
  const memory = moments.reduce((sum, moment) => sum + moment.memory, 0);
  return (
    <Disclosure
      className="jp-Agent-moments"
      open={false}
      label={trans._n(
        '%1 moment to go back to · %2',
        '%1 moments to go back to · %2',
        moments.length,
        formatSize(memory)
      )}
    >
      <ul>
        {moments.toReversed().map(moment => {
          const { run_id, step, attempt } = moment;
          const label = trans.__('Before attempt %1 of step %2', attempt, step);
          const question = turns.find(turn => turn.runId === run_id)?.question ?? '';
          return (
            <li key={`${run_id}/${step}/${attempt}`} className="jp-Agent-moment">
              <span className="jp-Agent-moment-text" title={question}>
                {label}
                <span className="jp-Agent-quiet">{question}</span>
              </span>
              <span className="jp-Agent-variable-size">{formatSize(moment.memory)}</span>
              <IconButton
                icon={undoIcon}
                label={trans.__('Go back to before attempt %1 of step %2', attempt, step)}
                disabled={!enabled}
                onClick={() => void commands.execute(CommandIDs.rewind, { run_id, step, attempt })}
              />
            </li>
          );
        })}
      </ul>
    </Disclosure>
  );
}
