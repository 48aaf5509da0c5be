/**
 * Events in, view out: a pure function, told apart by the body's `kind`.
 *
 * An event that the view already holds changes nothing, so a replay is harmless. Events must come
 * without gaps; the event stream sees to that.
 */

import type { EventBody, Output, RunStatus } from '../types/shapes';
import type { Activity, AnswerGiven, Block as Refused, Event, ModelChosen, TextDelta } from '../types/wire';
import { closedPlan, withPlan } from './plan';
import { rewound } from './rewind';
import { unknownKind } from './unknownKind';
import type {
  Attempt,
  AttemptState,
  Block,
  ConversationView,
  Doing,
  Refusal,
  StepBlock,
  StepState,
  Turn,
  TurnModel
} from './view';

export function reduce(view: ConversationView, event: Event): ConversationView {
  if (event.sequence <= view.sequence) {
    return view;
  }
  return { sequence: event.sequence, turns: turnsAfter(view.turns, event) };
}

function turnsAfter(turns: readonly Turn[], event: Event): readonly Turn[] {
  const { body, run_id: runId } = event;
  if (body.kind === 'run-started') {
    const turn: Turn = {
      runId,
      question: body.question,
      resumed: body.resumes !== null,
      agentType: body.agent_type,
      attachments: body.attachments,
      model: null,
      blocks: [],
      activity: { text: '', since: Date.parse(event.time), progress: null },
      end: null,
      rewinds: []
    };
    return [...turns, turn];
  }
  if (body.kind === 'rewound') {
    return rewound(turns, { run_id: runId, step: body.step, attempt: body.attempt });
  }
  const index = turns.findLastIndex(turn => turn.runId === runId);
  const turn = turns[index];
  return turn ? turns.with(index, turnAfter(turn, body, Date.parse(event.time))) : turns;
}

/** What is not of one turn alone. */
type Between = { kind: 'run-started' | 'rewound' };

function turnAfter(turn: Turn, body: Exclude<EventBody, Between>, time: number): Turn {
  switch (body.kind) {
    case 'model-chosen':
      return { ...turn, model: modelOf(body) };
    case 'agent-chosen':
      return turn;
    case 'activity':
      return { ...turn, activity: doing(turn, body, time) };
    case 'notice':
      return withBlock(turn, { kind: 'notice', level: body.level, text: body.text });
    case 'steered':
      return withBlock(turn, { kind: 'said', text: body.text });
    case 'plan':
      return withPlan(turn, body);
    case 'step-started':
      return withBlock(turn, {
        kind: 'step',
        number: body.step,
        goal: body.goal,
        state: 'running',
        duration: null,
        spent: null,
        attempts: []
      });
    case 'text-delta':
      return body.target === 'code' ? withCode(turn, body) : withText(turn, body.text, time);
    case 'reviewed':
      return body.approved
        ? turn
        : withAttempt(turn, body, attempt => ({
            ...attempt,
            state: 'rewriting',
            problems: body.problem ? [...attempt.problems, body.problem] : attempt.problems
          }));
    case 'attempt-started':
      return withAttempt(turn, body, attempt => ({
        ...attempt,
        state: 'running',
        code: body.code,
        said: body.said
      }));
    case 'output':
      return withAttempt(turn, body, attempt => ({
        ...attempt,
        outputs: withOutput(attempt.outputs, body.output)
      }));
    case 'blocked':
      return withAttempt(turn, body, attempt => ({
        ...attempt,
        refusals: withRefusal(attempt.refusals, body.block)
      }));
    case 'metered':
      return withAttempt(turn, body, attempt => ({ ...attempt, meter: body.meter }));
    case 'attempt-finished':
      return withAttempt(turn, body, attempt => ({
        ...attempt,
        state: body.status,
        duration: body.duration,
        failure: body.failure,
        note: body.note,
        meter: null,
        protection: body.protection,
        rolledBack: body.rolled_back,
        changes: body.changes,
        files: body.files
      }));
    case 'step-finished':
      return withStep(turn, body.step, step => ({
        ...closedStep(step, body.succeeded ? 'succeeded' : 'failed', 'unfinished'),
        duration: body.duration,
        spent: body.spent
      }));
    case 'answer':
      return withAnswer(turn, body);
    case 'question-back':
      return withBlock(turn, body);
    case 'run-finished': {
      const { status, duration, message, usage } = body;
      const blocks = turn.blocks.map(block => closedBlock(block, status));
      return { ...turn, blocks, activity: null, end: { status, duration, message, usage } };
    }
    default:
      return unknownKind(body, turn);
  }
}

function withBlock(turn: Turn, block: Block): Turn {
  return { ...turn, blocks: [...turn.blocks, block] };
}

function modelOf({ model, provider, notice, advice }: ModelChosen): TurnModel {
  return { name: model, provider, notice, advice };
}

/** The same text again is the same thing further on: its clock runs on. */
function doing({ activity }: Turn, { text, progress }: Activity, time: number): Doing {
  return { text, progress, since: activity?.text === text ? activity.since : time };
}

/** The first piece of an answer says by itself what is going on. */
function withText(turn: Turn, text: string, time: number): Turn {
  const last = turn.blocks.at(-1);
  if (last?.kind !== 'text' || last.complete) {
    const writing: Turn = { ...turn, activity: { text: 'Writing the answer', since: time, progress: null } };
    return withBlock(writing, { kind: 'text', text, complete: false, evidence: [] });
  }
  return { ...turn, blocks: turn.blocks.with(-1, { ...last, text: last.text + text }) };
}

/** The whole answer takes the place of the pieces that were shown while it was written. */
function withAnswer(turn: Turn, { text, evidence }: AnswerGiven): Turn {
  const answer: Block = { kind: 'text', text, complete: true, evidence };
  const index = turn.blocks.findLastIndex(block => block.kind === 'text' && !block.complete);
  return index < 0 ? withBlock(turn, answer) : { ...turn, blocks: turn.blocks.with(index, answer) };
}

function withCode(turn: Turn, delta: TextDelta): Turn {
  const { step, attempt, text } = delta;
  if (step === null || attempt === null) {
    return turn;
  }
  return withAttempt(turn, { step, attempt }, draft => ({
    ...draft,
    state: 'writing',
    code: draft.state === 'writing' ? draft.code + text : text
  }));
}

function withStep(turn: Turn, number: number, change: (step: StepBlock) => StepBlock): Turn {
  const index = turn.blocks.findLastIndex(block => block.kind === 'step' && block.number === number);
  const step = turn.blocks[index];
  return step?.kind === 'step' ? { ...turn, blocks: turn.blocks.with(index, change(step)) } : turn;
}

function withAttempt(
  turn: Turn,
  place: { readonly step: number; readonly attempt: number },
  change: (attempt: Attempt) => Attempt
): Turn {
  return withStep(turn, place.step, step => {
    const index = step.attempts.findIndex(attempt => attempt.number === place.attempt);
    const attempt = step.attempts[index];
    const attempts = attempt
      ? step.attempts.with(index, change(attempt))
      : [...step.attempts, change(newAttempt(place.attempt))];
    return { ...step, attempts };
  });
}

function newAttempt(number: number): Attempt {
  return {
    number,
    code: '',
    said: '',
    state: 'writing',
    problems: [],
    outputs: [],
    duration: null,
    failure: null,
    note: '',
    refusals: [],
    meter: null,
    protection: null,
    rolledBack: false,
    changes: { added: [], removed: [], changed: [] },
    files: { removed: [], put_back: [], not_restored: [] },
    takenBack: false
  };
}

/** Text of one stream in a row is one output, as in a notebook. */
function withOutput(outputs: readonly Output[], output: Output): readonly Output[] {
  const last = outputs.at(-1);
  if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) {
    return outputs.with(-1, { ...last, text: last.text + output.text });
  }
  return [...outputs, output];
}

/** The same thing again counts up. */
function withRefusal(refusals: readonly Refusal[], { kind, sentence }: Refused): readonly Refusal[] {
  const index = refusals.findIndex(refusal => refusal.kind === kind && refusal.sentence === sentence);
  const known = refusals[index];
  return known
    ? refusals.with(index, { ...known, times: known.times + 1 })
    : [...refusals, { kind, sentence, times: 1 }];
}

function closedBlock(block: Block, status: RunStatus): Block {
  switch (block.kind) {
    case 'notice':
    case 'said':
    case 'question-back':
      return block;
    case 'text':
      return block.complete ? block : { ...block, complete: true };
    case 'plan':
      return closedPlan(block);
    case 'step':
      return block.state === 'running'
        ? closedStep(block, 'unfinished', status === 'stopped' ? 'stopped' : 'unfinished')
        : block;
  }
}

function closedStep(step: StepBlock, state: StepState, open: AttemptState): StepBlock {
  const attempts = step.attempts.map(attempt => 
    isOpen(attempt) ? { ...attempt, state: open, meter: null } : attempt
  );
  return { ...step, state, attempts };
}

export function isOpen(attempt: Attempt): boolean {
  return attempt.state === 'writing' || attempt.state === 'rewriting' || attempt.state === 'running';
}
