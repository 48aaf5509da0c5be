/** Every kind of event, and what a view makes of it. */

import { expect, it } from 'vitest';

import {
  answer,
  answerDelta,
  attemptFinished,
  attemptStarted,
  blocked,
  codeDelta,
  EventLog,
  keyError,
  metered,
  modelChosen,
  printed,
  rewoundTo,
  runFinished,
  runStarted,
  stepFinished,
  stepStarted
} from '../testing/events';
import type { EventBody } from '../types/shapes';
import type { Event } from '../types/wire';
import { reduce } from './reduce';
import { EMPTY_VIEW, runningTurn, type ConversationView, type StepBlock, type Turn } from './view';

const view = (events: readonly Event[], from: ConversationView = EMPTY_VIEW): ConversationView =>
  events.reduce(reduce, from);

/** The one turn that `bodies` make. */
function turnOf(...bodies: readonly EventBody[]): Turn {
  const log = new EventLog();
  const turn = view(log.add('r1', runStarted(), ...bodies)).turns[0];
  expect(turn).toBeDefined();
  return turn as Turn;
}

function stepOf(...bodies: readonly EventBody[]): StepBlock {
  const block = turnOf(stepStarted(), ...bodies).blocks[0];
  expect(block?.kind).toBe('step');
  return block as StepBlock;
}

it('begins a turn with the question', () => {
  const turn = turnOf();
  expect(turn).toMatchObject({ runId: 'r1', question: 'How many rows?', blocks: [], end: null });
  expect(turn.activity?.text).toBe('');
});

it('remembers the model, and shows what goes on since when', () => {
  const turn = turnOf(
    modelChosen,
    { kind: 'agent-chosen', agent_type: 'react', chosen_by: 'model' },
    { kind: 'activity', text: 'Writing code', progress: null }
  );
  expect(turn.model?.name).toBe('qwen3:8b');
  expect(turn.activity).toEqual({
    text: 'Writing code',
    since: Date.parse('2026-01-01T12:00:04Z'),
    progress: null
  });
});

it('lets the clock run on while the same thing goes on', () => {
  const turn = turnOf(
    { kind: 'activity', text: 'Preparing the model', progress: 0.25 },
    { kind: 'activity', text: 'Preparing the model', progress: 0.5 }
  );
  expect(turn.activity).toEqual({
    text: 'Preparing the model',
    since: Date.parse('2026-01-01T12:00:02Z'),
    progress: 0.5
  });
});

it('puts notices between the other blocks', () => {
  const turn = turnOf(
    answerDelta('One'),
    { kind: 'notice', level: 'warning', text: 'The kernel was restarted.' },
    answerDelta('two')
  );
  expect(turn.blocks.map(block => block.kind)).toEqual(['text', 'notice', 'text']);
});

it('collects the code as it is written, and takes the code that runs', () => {
  expect(stepOf(codeDelta('a ='), codeDelta(' 1')).attempts[0]).toMatchObject({ code: 'a = 1', state: 'writing' });
  const running = stepOf(codeDelta('a ='), attemptStarted('a = 2')).attempts[0];
  expect(running).toMatchObject({ code: 'a = 2', state: 'running' });
});

it('begins the code anew when a review found a problem', () => {
  const rejected: EventBody = {
    kind: 'reviewed',
    step: 1,
    attempt: 1,
    round: 1,
    approved: false,
    problem: 'It prints nothing.'
  };
  const step = stepOf(codeDelta('a = 1'), rejected, codeDelta('print('), codeDelta('1)'));
  expect(step.attempts).toHaveLength(1);
  expect(step.attempts[0]).toMatchObject({ code: 'print(1)', problems: ['It prints nothing.'] });
  expect(stepOf(codeDelta('a'), { ...rejected, approved: true }).attempts[0]?.problems).toEqual([]);
});

it('joins what one stream printed in a row', () => {
  const error: EventBody = {
    kind: 'output',
    step: 1,
    attempt: 1,
    output: { kind: 'stream', name: 'stderr', text: 'oh' }
  };
  const { attempts } = stepOf(attemptStarted('x'), printed('a'), printed('b'), error, printed('c'));
  expect(attempts[0]?.outputs.map(output => (output.kind === 'stream' ? output.text : ''))).toEqual(['ab', 'oh', 'c']);
});

it('keeps a failed attempt beside the one that mended it', () => {
  const step = stepOf(
    attemptStarted('x', 1),
    attemptFinished('error', 1, keyError),
    codeDelta('y', 2),
    attemptStarted('y', 2),
    attemptFinished('ok', 2),
    stepFinished()
  );
  expect(step).toMatchObject({ state: 'succeeded', duration: 3.2 });
  expect(step.attempts.map(attempt => attempt.state)).toEqual(['error', 'ok']);
  expect(step.attempts[0]?.failure).toEqual(keyError);
});

it('marks a step that ran out of attempts', () => {
  expect(stepOf(attemptStarted('x'), attemptFinished('error'), stepFinished(false)).state).toBe('failed');
});

it('keeps what a failed attempt was undone with, and what a good one changed', () => {
  const files = { removed: ['new.csv'], put_back: [], not_restored: ['big.parquet'] };
  const changes = { added: ['df'], removed: [], changed: ['prices'] };
  const [first, second] = stepOf(
    attemptStarted('x', 1),
    attemptFinished('error', 1, keyError, { files }),
    attemptStarted('y', 2),
    attemptFinished('ok', 2, null, { changes })
  ).attempts;
  expect(first).toMatchObject({ rolledBack: true, protection: { kind: 'snapshot' }, files });
  expect(second).toMatchObject({ rolledBack: false, changes });
});

it('counts what is refused again', () => {
  const [attempt] = stepOf(
    attemptStarted('x'),
    blocked('The code tried to use the network.'),
    blocked('The code tried to start another program.', 'program'),
    blocked('The code tried to use the network.')
  ).attempts;
  expect(attempt?.refusals).toEqual([
    { kind: 'network', sentence: 'The code tried to use the network.', times: 2 },
    { kind: 'program', sentence: 'The code tried to start another program.', times: 1 }
  ]);
});

it('shows what the kernel uses, until the code or its run ends', () => {
  const running = [attemptStarted('x'), metered({ seconds: 2 }), metered({ seconds: 4 })];
  expect(stepOf(...running).attempts[0]?.meter?.seconds).toBe(4);
  expect(stepOf(...running, attemptFinished()).attempts[0]?.meter).toBeNull();
  expect(stepOf(...running, runFinished('stopped')).attempts[0]?.meter).toBeNull();
});

it('says that the answer is being written from its first piece on', () => {
  const turn = turnOf({ kind: 'activity', text: 'Reading the results', progress: null }, answerDelta('Fo'), answerDelta('ur'));
  expect(turn.activity).toMatchObject({ text: 'Writing the answer', since: Date.parse('2026-01-01T12:00:03Z') });
});

it('replaces the streamed answer by the whole one', () => {
  expect(turnOf(answerDelta('Fo'), answerDelta('ur'), answer('Four.')).blocks).toEqual([
    { kind: 'text', text: 'Four.', complete: true, evidence: [] }
  ]);
  expect(turnOf(answer('Four.')).blocks).toHaveLength(1);
});

it('ends a turn', () => {
  const turn = turnOf(answer('Four.'), runFinished());
  expect(turn.activity).toBeNull();
  expect(turn.end).toMatchObject({ status: 'completed', usage: { completion_tokens: 234 } });
});

it.each([
  ['stopped', 'stopped'],
  ['interrupted', 'unfinished'],
  ['failed', 'unfinished']
] as const)('closes what is open when the run ends %s', (status, state) => {
  const turn = turnOf(stepStarted(), attemptStarted('x'), printed('half'), answerDelta('Fo'), runFinished(status));
  const [step, text] = turn.blocks;
  expect(step).toMatchObject({ state: 'unfinished', attempts: [{ state, outputs: [{ text: 'half' }] }] });
  expect(text).toEqual({ kind: 'text', text: 'Fo', complete: true, evidence: [] });
});

it('marks what is not in the kernel any more once the variables were taken back', () => {
  const log = new EventLog();
  const work = (...numbers: readonly number[]): EventBody[] => [
    stepStarted(),
    ...numbers.flatMap(number => [attemptStarted('x', number), attemptFinished('ok', number)]),
    runFinished()
  ];
  log.add('r1', runStarted('One?'), ...work(1));
  log.add('r2', runStarted('Two?'), ...work(1, 2));
  log.add('r3', runStarted('Three?'), ...work(1));
  const before = view(log.events);
  log.add('r2', rewoundTo(2));
  log.add('r4', runStarted('Four?'), ...work(1));
  const after = view(log.events);
  const gone = (turn: Turn): boolean[] =>
    turn.blocks.flatMap(block => (block.kind === 'step' ? block.attempts.map(attempt => attempt.takenBack) : []));
  expect(after.turns.map(gone)).toEqual([[false], [false, true], [true], [false]]);
  expect(after.turns[0]).toEqual(before.turns[0]);
  expect(after.turns.map(turn => turn.rewinds)).toEqual([
    [],
    [],
    [{ run_id: 'r2', question: 'Two?', step: 1, attempt: 2 }],
    []
  ]);
});

it('changes nothing when events are replayed', () => {
  const log = new EventLog();
  log.add('r1', runStarted(), stepStarted(), codeDelta('x'), attemptStarted('x'), answer('A'), runFinished());
  const once = view(log.events);
  expect(view(log.events, once)).toBe(once);
  expect(view([...log.events, ...log.events])).toEqual(once);
});

it('survives a kind that it does not know, and events of a run that it never saw begin', () => {
  const log = new EventLog();
  const future = { kind: 'hologram' } as unknown as EventBody;
  const after = view(log.add('r1', runStarted(), future));
  expect(after.sequence).toBe(2);
  expect(after.turns[0]?.blocks).toEqual([]);
  expect(view(log.add('other', answer('?')), after).turns).toBe(after.turns);
});

it('shares finished turns while a later one grows', () => {
  const log = new EventLog();
  const before = view(log.add('r1', runStarted('One?'), answer('1'), runFinished()));
  let now = view(log.add('r2', runStarted('Two?')), before);
  for (let count = 0; count < 2000; count++) {
    now = view(log.add('r2', answerDelta('word ')), now);
  }
  expect(now.turns[0]).toBe(before.turns[0]);
  expect(runningTurn(now)?.blocks[0]).toMatchObject({ text: 'word '.repeat(2000) });
});
