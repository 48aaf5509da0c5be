/** What a turn's plan looks like after an event, and once its run is over. */

import type { Planned } from '../types/wire';
import { unknownKind } from './unknownKind';
import type { PlanBlock, PlanStep, PlanStepState, Turn } from './view';

/** The plan of the event, in the place of the one before; why that was changed is said until the next change. */
export function withPlan(turn: Turn, { steps, reason }: Planned): Turn {
  const index = turn.blocks.findIndex(block => block.kind === 'plan');
  const before = turn.blocks[index];
  const plan: PlanBlock = {
    kind: 'plan',
    steps: steps.map(({ status, ...step }) => ({ ...step, state: stateOf(status) })),
    reason: reason || (before?.kind === 'plan' ? before.reason : '')
  };
  return { ...turn, blocks: before ? turn.blocks.with(index, plan) : [...turn.blocks, plan] };
}

/** Nobody works on the plan any more. */
export function closedPlan(plan: PlanBlock): PlanBlock {
  return plan.steps.some(step => step.state === 'running')
    ? { ...plan, steps: plan.steps.map(step => (step.state === 'running' ? { ...step, state: 'unfinished' } : step)) }
    : plan;
}

/** What is left to be done of a plan that failed or was stopped; nothing, where there is none to go on with. */
export function leftToDo(turn: Turn): readonly PlanStep[] {
  if (turn.end === null || turn.end.status === 'completed') {
    return [];
  }
  const plan = turn.blocks.find(block => block.kind === 'plan');
  return plan?.kind === 'plan' ? plan.steps.filter(({ state }) => state !== 'succeeded' && state !== 'left-out') : [];
}

export function isResumable(turn: Turn): boolean {
  return leftToDo(turn).length > 0;
}

function stateOf(status: Planned['steps'][number]['status']): PlanStepState {
  switch (status) {
    case 'waiting':
    case 'failed':
    case 'left-out':
      return status;
    case 'working':
      return 'running';
    case 'done':
      return 'succeeded';
    default:
      return unknownKind<PlanStepState>(status, 'waiting');
  }
}
