/** What a conversation looks like once its variables were taken back to before an attempt. */

import type { Place } from './kernelSight';
import type { Attempt, Block, PlanBlock, PlanStep, Rewind, StepBlock, Turn } from './view';

/** Marks the attempts whose doings are gone, and puts the rewind at the end: that is when it happened. */
export function rewound(turns: readonly Turn[], place: Place): readonly Turn[] {
  const first = turns.findIndex(turn => turn.runId === place.run_id);
  const target = turns[first];
  if (!target) {
    return turns;
  }
  const rewind: Rewind = { ...place, question: target.question };
  return turns.map((turn, index) => {
    const after =
      index < first ? turn : takenBack(turn, step => (index > first ? 0 : firstGone(step, place)));
    return index === turns.length - 1 ? { ...after, rewinds: [...after.rewinds, rewind] } : after;
  });
}

/** The number of the first attempt of a step of the rewind's own run that is gone. */
function firstGone(step: StepBlock, place: Place): number {
  if (step.number === place.step) {
    return place.attempt;
  }
  return step.number > place.step ? 0 : Infinity;
}

/** The turn, with the attempts of each step marked from the number on that `from` gives. */
function takenBack(turn: Turn, from: (step: StepBlock) => number): Turn {
  const blocks = turn.blocks.map(block => {
    if (block.kind !== 'step') {
      return block;
    }
    const gone = (attempt: Attempt): boolean => attempt.number >= from(block) && !attempt.takenBack;
    return block.attempts.some(gone)
      ? { ...block, attempts: block.attempts.map(attempt => (gone(attempt) ? { ...attempt, takenBack: true } : attempt)) }
      : block;
  });
  const changed = blocks.some((block, index) => block !== turn.blocks[index]);
  return changed ? { ...turn, blocks: blocks.map(block => (block.kind === 'plan' ? withoutGone(block, blocks) : block)) } : turn;
}

/** The plan, in which a step of which nothing is left is not done any more. */
function withoutGone(plan: PlanBlock, blocks: readonly Block[]): PlanBlock {
  const gone = blocks.flatMap(block =>
    block.kind === 'step' && block.attempts.at(-1)?.takenBack ? [block.goal] : []
  );
  const steps = plan.steps.map((step): PlanStep =>
    step.state === 'succeeded' && gone.includes(step.goal) ? { ...step, state: 'unfinished' } : step
  );
  return { ...plan, steps };
}
