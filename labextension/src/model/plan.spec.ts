/** The plan of a run in its turn: one, as it is now. */

import { expect, it } from 'vitest';

import {
  attemptStarted,
  EventLog,
  planned,
  plannedStep,
  runFinished,
  runStarted,
  stepFinished,
  stepStarted
} from '../testing/events';
import type { EventBody } from '../types/shapes';
import type { PlannedStep } from '../types/wire';
import { reduce } from './reduce';
import { EMPTY_VIEW, type Block, type PlanBlock } from './view';

function blocksOf(...bodies: readonly EventBody[]): readonly Block[] {
  const log = new EventLog();
  return log.add('r1', runStarted(), ...bodies).reduce(reduce, EMPTY_VIEW).turns[0]?.blocks ?? [];
}

function planOf(...bodies: readonly EventBody[]): PlanBlock {
  const plan = blocksOf(...bodies).find(block => block.kind === 'plan');
  expect(plan).toBeDefined();
  return plan as PlanBlock;
}

it('shows each new plan in the place of the first one, above the steps', () => {
  const blocks = blocksOf(
    planned([plannedStep(), plannedStep()]),
    planned([plannedStep('working'), plannedStep()]),
    stepStarted(),
    attemptStarted('x'),
    stepFinished(),
    planned([plannedStep('done'), plannedStep('left-out'), plannedStep('failed')], 'There is no second file.')
  );
  expect(blocks.map(block => block.kind)).toEqual(['plan', 'step']);
  const states = (blocks[0] as PlanBlock).steps.map(step => step.state);
  expect(states).toEqual(['succeeded', 'left-out', 'failed']);
});

it('keeps what a step says of itself', () => {
  const more = { approach: 'Read the table.', criterion: 'A number is printed.' };
  expect(planOf(planned([plannedStep('waiting', 'Count the rows', more)])).steps).toEqual([
    { goal: 'Count the rows', state: 'waiting', ...more }
  ]);
});

it('says why the plan was changed until it is changed again', () => {
  const steps = [plannedStep()];
  const changed = [planned(steps), planned(steps, 'The file is empty.'), planned(steps)];
  expect(planOf(planned(steps)).reason).toBe('');
  expect(planOf(...changed).reason).toBe('The file is empty.');
  expect(planOf(...changed, planned(steps, 'There are two files.')).reason).toBe('There are two files.');
});

it.each(['stopped', 'interrupted', 'failed'] as const)('leaves nothing at work when the run ends %s', status => {
  const plan = planned([plannedStep('done'), plannedStep('working'), plannedStep()]);
  expect(planOf(plan).steps.map(step => step.state)).toEqual(['succeeded', 'running', 'waiting']);
  expect(planOf(plan, runFinished(status)).steps.map(step => step.state)).toEqual([
    'succeeded',
    'unfinished',
    'waiting'
  ]);
});

it('gives each turn a plan of its own, and is the same when events are replayed', () => {
  const log = new EventLog();
  log.add('r1', runStarted('One?'), planned([plannedStep('done')], 'Because.'), runFinished());
  log.add('r2', runStarted('Two?'), planned([plannedStep('working')]));
  const once = log.events.reduce(reduce, EMPTY_VIEW);
  expect(once.turns.map(turn => turn.blocks)).toMatchObject([
    [{ kind: 'plan', steps: [{ state: 'succeeded' }], reason: 'Because.' }],
    [{ kind: 'plan', steps: [{ state: 'running' }], reason: '' }]
  ]);
  expect(log.events.reduce(reduce, once)).toBe(once);
});

it('takes a status that it does not know for waiting', () => {
  const status = 'dreaming' as PlannedStep['status'];
  expect(planOf(planned([plannedStep(status)])).steps[0]?.state).toBe('waiting');
});
