/** A step: its goal, how it stands, and its attempts. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { memo } from 'react';

import type { StepBlock } from '../model/view';
import { formatCount, formatDuration } from '../rendering/format';
import type { Spent } from '../types/wire';
import { AttemptView } from './attemptView';
import { useAgent } from './context';
import { StateIcon } from './stateIcon';

interface Props {
  readonly step: StepBlock;
  readonly runId: string;
  /** The first step's goal is often the question itself, which stands right above. */
  readonly question: string;
}

export const StepCard = memo(function StepCard({ step, runId, question }: Props) {
  const { trans } = useAgent();
  const { attempts } = step;
  const goal = step.goal.trim() === question.trim() ? trans.__('Analysis') : step.goal;
  const succeededAt = attempts.findLastIndex(attempt => attempt.state === 'ok');
  const meta = [
    attempts.length > 1 ? trans.__('%1 attempts', attempts.length) : '',
    step.duration === null ? '' : formatDuration(trans, step.duration)
  ];
  return (
    <section
      className="jp-Agent-step"
      data-step={step.number}
      data-state={step.state}
      aria-label={trans.__('Step %1: %2', step.number, goal)}
    >
      <header className="jp-Agent-step-head">
        <StateIcon state={step.state} />
        {/* What the references of an answer say; the name of the card has it, too. */}
        <span className="jp-Agent-step-number" aria-hidden="true">
          {step.number}
        </span>
        <span className="jp-Agent-step-goal">{goal}</span>
        <span className="jp-Agent-step-meta" title={step.spent ? spentText(trans, step.spent) : undefined}>
          {meta.filter(Boolean).join(' · ')}
        </span>
      </header>
      {attempts.map((attempt, index) => (
        <AttemptView
          key={attempt.number}
          attempt={attempt}
          runId={runId}
          step={step.number}
          of={attempts.length}
          superseded={index < succeededAt && attempt.state !== 'ok'}
        />
      ))}
    </section>
  );
});

/** For a pointer that rests on the duration. */
function spentText(trans: TranslationBundle, { usage, model_seconds, kernel_seconds }: Spent): string {
  const texts = [
    trans._n('Model: %2 in %1 call', 'Model: %2 in %1 calls', usage.calls, formatDuration(trans, model_seconds)),
    trans.__('Tokens: %1 read, %2 written', formatCount(usage.prompt_tokens), formatCount(usage.completion_tokens)),
    trans.__('Kernel: %1', formatDuration(trans, kernel_seconds))
  ];
  return texts.join('\n');
}
