/** Events for the specs: numbered in the order they are made. */

import type { EventBody } from '../types/shapes';
import type { Attachment, AttemptFinished, Block, Event, Evidence, Failure, Meter, PlannedStep, Spent } from '../types/wire';

const START = Date.parse('2026-01-01T12:00:00Z');

/** A conversation's events; each body gets the next number, one second after the one before. */
export class EventLog {
  constructor(readonly conversationId = 'c1') {}

  readonly events: Event[] = [];

  add(runId: string, ...bodies: readonly EventBody[]): readonly Event[] {
    const added = bodies.map((body, index) => {
      const sequence = this.events.length + index + 1;
      const time = new Date(START + sequence * 1000).toISOString();
      return { conversation_id: this.conversationId, run_id: runId, sequence, time, body };
    });
    this.events.push(...added);
    return added;
  }
}

export const runStarted = (question = 'How many rows?', attachments: Attachment[] = []): EventBody => ({
  kind: 'run-started',
  question,
  agent_type: 'auto',
  attachments,
  resumes: null,
  done: []
});

export const modelChosen: EventBody = {
  kind: 'model-chosen',
  model: 'qwen3:8b',
  provider: 'ollama',
  notice: '',
  advice: ''
};

export const plannedStep = (
  status: PlannedStep['status'] = 'waiting',
  goal = 'Count the rows',
  more: Partial<PlannedStep> = {}
): PlannedStep => ({ goal, approach: '', criterion: '', status, ...more });

export const planned = (steps: PlannedStep[], reason = ''): EventBody => ({ kind: 'plan', steps, reason });

export const stepStarted = (step = 1, goal = 'Count the rows'): EventBody => ({
  kind: 'step-started',
  step,
  goal,
  planned: null,
  missing: [],
  said: []
});

export const questionBack = (question: string, ...choices: string[]): EventBody => ({
  kind: 'question-back',
  question,
  choices
});

export const steered = (text: string): EventBody => ({ kind: 'steered', text });

export const codeDelta = (text: string, attempt = 1): EventBody => ({
  kind: 'text-delta',
  target: 'code',
  text,
  step: 1,
  attempt
});

export const answerDelta = (text: string): EventBody => ({
  kind: 'text-delta',
  target: 'answer',
  text,
  step: null,
  attempt: null
});

export const attemptStarted = (code: string, attempt = 1): EventBody => ({
  kind: 'attempt-started',
  step: 1,
  attempt,
  code,
  said: ''
});

export const printed = (text: string, attempt = 1): EventBody => ({
  kind: 'output',
  step: 1,
  attempt,
  output: { kind: 'stream', name: 'stdout', text }
});

export const attemptFinished = (
  status: 'ok' | 'error' | 'rejected' = 'ok',
  attempt = 1,
  failure: Failure | null = null,
  more: Partial<AttemptFinished> = {}
): EventBody => ({
  kind: 'attempt-finished',
  step: 1,
  attempt,
  status,
  duration: 0.4,
  failure,
  note: '',
  protection: { kind: 'snapshot', hazards: [], left_out: [] },
  rolled_back: status === 'error',
  changes: { added: [], removed: [], changed: [] },
  files: { removed: [], put_back: [], not_restored: [] },
  variables: [],
  silent_errors: [],
  ...more
});

export const blocked = (sentence: string, kind: Block['kind'] = 'network', attempt = 1): EventBody => ({
  kind: 'blocked',
  step: 1,
  attempt,
  block: { kind, sentence }
});

export const metered = (more: Partial<Meter> = {}, attempt = 1): EventBody => ({
  kind: 'metered',
  step: 1,
  attempt,
  meter: {
    seconds: 4.2,
    memory: 1_200_000_000,
    memory_limit: 4_000_000_000,
    snapshots: 2,
    snapshot_memory: 300_000_000,
    processor: 3.9,
    processes: 3,
    workspace: 1_000_000,
    workspace_files: 3,
    output: 120,
    ...more
  }
});

export const rewoundTo = (attempt = 1, step = 1): EventBody => ({ kind: 'rewound', step, attempt });

export const stepFinished = (succeeded = true, spent: Spent | null = null): EventBody => ({
  kind: 'step-finished',
  step: 1,
  succeeded,
  duration: 3.2,
  spent
});

export const answer = (text: string, evidence: Evidence[] = []): EventBody => ({
  kind: 'answer',
  text,
  spent: null,
  evidence
});

/** The evidence for the first `part` of a text. */
export const evidenceOf = (text: string, part: string, more: Partial<Evidence> = {}): Evidence => {
  const start = [...text.slice(0, text.indexOf(part))].length;
  return {
    start,
    end: start + [...part].length,
    sentence: 0,
    source: 'step',
    step: 1,
    attempt: 1,
    derivation: 'shown',
    line: part,
    ...more
  };
};

export const runFinished = (
  status: 'completed' | 'failed' | 'stopped' | 'interrupted' = 'completed',
  message = ''
): EventBody => ({
  kind: 'run-finished',
  status,
  duration: 4.2,
  message,
  usage: { calls: 3, prompt_tokens: 1000, completion_tokens: 234 },
  model_seconds: 3.1
});

export const keyError: Failure = {
  error_class: 'key-error',
  name: 'KeyError',
  message: "'prize'",
  line: 2,
  advice: 'Look at the columns that are there.',
  variables: []
};
