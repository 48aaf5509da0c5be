/** What is still to be done of a plan, to be put in another order, changed, left out or added to. */

import { addIcon, caretDownIcon, caretUpIcon, closeIcon } from '@jupyterlab/ui-components';
import { useId, useState } from 'react';

import type { PlanStep } from '../model/view';
import type { StepWish } from '../types/wire';
import { useAgent } from './context';
import { IconButton } from './iconButton';

/** As the server has it. */
const LONGEST_GOAL = 400;

interface Entry extends StepWish {
  readonly key: number;
}

interface Props {
  readonly steps: readonly PlanStep[];
  readonly onResume: (steps: readonly StepWish[]) => void;
  readonly onCancel: () => void;
}

export function PlanEditor({ steps, onResume, onCancel }: Props) {
  const { trans } = useAgent();
  const { entries, change, move, remove, add } = useEntries(steps);
  const title = useId();
  const wanted = entries.filter(entry => entry.goal.trim() !== '');
  return (
    <form
      className="jp-Agent-plan jp-Agent-planEditor"
      aria-labelledby={title}
      onSubmit={event => {
        event.preventDefault();
        onResume(wanted.map(({ goal, approach, criterion }) => ({ goal: goal.trim(), approach, criterion })));
      }}
    >
      <header id={title} className="jp-Agent-step-goal">
        {trans.__('Still to do')}
      </header>
      <ol>
        {entries.map((entry, index) => (
          <EntryLine
            key={entry.key}
            entry={entry}
            number={index + 1}
            of={entries.length}
            onChange={goal => change(entry, goal)}
            onMove={by => move(index, by)}
            onRemove={() => remove(entry)}
          />
        ))}
      </ol>
      <button type="button" className="jp-Agent-button jp-mod-quiet" onClick={add}>
        <addIcon.react tag="span" aria-hidden="true" />
        {trans.__('Add a step')}
      </button>
      <div className="jp-Agent-card-actions">
        <button type="submit" className="jp-Agent-button jp-mod-primary" disabled={wanted.length === 0}>
          {trans.__('Resume with this plan')}
        </button>
        <button type="button" className="jp-Agent-button" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}

interface LineProps {
  readonly entry: Entry;
  readonly number: number;
  readonly of: number;
  readonly onChange: (goal: string) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function EntryLine({ entry, number, of, onChange, onMove, onRemove }: LineProps) {
  const { trans } = useAgent();
  return (
    <li>
      {/* The copy of the text, which is not seen, makes the field as high as it needs to be. */}
      <div className="jp-Agent-grow" data-text={entry.goal}>
        <textarea
          // What was just added is to be written.
          autoFocus={entry.goal === ''}
          rows={1}
          maxLength={LONGEST_GOAL}
          value={entry.goal}
          title={entry.approach}
          aria-label={trans.__('Step %1', number)}
          onChange={event => onChange(event.target.value)}
        />
      </div>
      <IconButton
        icon={caretUpIcon}
        label={trans.__('Move step %1 up', number)}
        disabled={number === 1}
        onClick={() => onMove(-1)}
      />
      <IconButton
        icon={caretDownIcon}
        label={trans.__('Move step %1 down', number)}
        disabled={number === of}
        onClick={() => onMove(1)}
      />
      <IconButton icon={closeIcon} label={trans.__('Leave out step %1', number)} onClick={onRemove} />
    </li>
  );
}

function useEntries(steps: readonly PlanStep[]) {
  const [entries, setEntries] = useState<readonly Entry[]>(() =>
    steps.map(({ goal, approach, criterion }, key) => ({ key, goal, approach, criterion }))
  );
  return {
    entries,
    /** Another goal is not reached as the one before was to be. */
    change: (entry: Entry, goal: string) =>
      setEntries(entries.map(other => (other === entry ? { key: entry.key, goal, approach: '', criterion: '' } : other))),
    move: (index: number, by: -1 | 1) => {
      const moved = entries[index];
      const other = entries[index + by];
      if (moved && other) {
        setEntries(entries.with(index, other).with(index + by, moved));
      }
    },
    remove: (entry: Entry) => setEntries(entries.filter(other => other !== entry)),
    add: () => {
      const key = 1 + Math.max(-1, ...entries.map(entry => entry.key));
      setEntries([...entries, { key, goal: '', approach: '', criterion: '' }]);
    }
  };
}
