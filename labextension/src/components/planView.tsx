/** The plan of a run: its steps in their order, how each stands, and why it was changed last. */

import { memo } from 'react';

import type { PlanBlock, PlanStep } from '../model/view';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { StateIcon } from './stateIcon';

export const PlanView = memo(function PlanView({ plan }: { readonly plan: PlanBlock }) {
  const { trans } = useAgent();
  const steps = plan.steps.filter(step => step.state !== 'left-out');
  const done = steps.filter(step => step.state === 'succeeded');
  return (
    <section className="jp-Agent-plan" aria-label={trans.__('Plan')}>
      <header className="jp-Agent-step-head">
        <span className="jp-Agent-step-goal">{trans.__('Plan')}</span>
        <span className="jp-Agent-step-meta">{trans.__('%1 of %2 done', done.length, steps.length)}</span>
      </header>
      <ol className="jp-Agent-plan-steps">
        {keyed(plan.steps).map(([key, step]) => (
          <li
            key={key}
            className="jp-Agent-plan-step"
            data-state={step.state}
            aria-current={step.state === 'running' ? 'step' : undefined}
          >
            <StepOfPlan step={step} />
          </li>
        ))}
      </ol>
      {plan.reason && <p className="jp-Agent-plan-reason">{trans.__('Changed: %1', plan.reason)}</p>}
    </section>
  );
});

/** What is unfolded stays with its goal, wherever a changed plan puts it. */
function keyed(steps: readonly PlanStep[]): [string, PlanStep][] {
  const seen = new Map<string, number>();
  return steps.map(step => {
    const before = seen.get(step.goal) ?? 0;
    seen.set(step.goal, before + 1);
    return [`${before} ${step.goal}`, step];
  });
}

function StepOfPlan({ step }: { readonly step: PlanStep }) {
  const { trans } = useAgent();
  const line = (
    <>
      <StateIcon state={step.state} />
      <span className="jp-Agent-plan-goal">{step.goal}</span>
    </>
  );
  if (!step.approach && !step.criterion) {
    return <div className="jp-Agent-plan-line">{line}</div>;
  }
  return (
    <Disclosure label={line} open={false}>
      <dl className="jp-Agent-plan-details">
        <Detail name={trans.__('How')} text={step.approach} />
        <Detail name={trans.__('Reached when')} text={step.criterion} />
      </dl>
    </Disclosure>
  );
}

function Detail({ name, text }: { readonly name: string; readonly text: string }) {
  return text ? (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  ) : null;
}
