/**
 * What a conversation looks like: turns, each a list of blocks.
 *
 * Every value is immutable and shares what did not change with the value before it, so that a component
 * that is given the same turn again has nothing to draw.
 */

import type { AgentType, AttemptStatus, BlockKind, Output, RunStatus } from '../types/shapes';
import type {
  Attachment,
  Evidence,
  Failure,
  FileChanges,
  Meter,
  Protection,
  RewindRequest,
  Spent,
  Usage,
  VariableChanges
} from '../types/wire';

export interface ConversationView {
  /** The sequence number of the last event that is in this view; 0 when there is none. */
  readonly sequence: number;
  readonly turns: readonly Turn[];
}

/** A question and everything its run showed. */
export interface Turn {
  readonly runId: string;
  readonly question: string;
  /** The plan of the run before is taken up again. */
  readonly resumed: boolean;
  readonly agentType: AgentType;
  readonly attachments: readonly Attachment[];
  readonly model: TurnModel | null;
  readonly blocks: readonly Block[];
  /** What is going on now and since when (the server's time, milliseconds); null once the run is over. */
  readonly activity: Doing | null;
  readonly end: TurnEnd | null;
  /** Each time that the variables were taken back after this turn and before the next one. */
  readonly rewinds: readonly Rewind[];
}

export interface TurnModel {
  readonly name: string;
  readonly provider: string;
  readonly notice: string;
  readonly advice: string;
}

export interface Doing {
  readonly text: string;
  readonly since: number;
  /** The part of it that is done, from 0 to 1; null where that is not known. */
  readonly progress: number | null;
}

/** The variables were taken back to before an attempt, of this turn or of an earlier one. */
export interface Rewind extends Readonly<RewindRequest> {
  readonly question: string;
}

export interface TurnEnd {
  readonly status: RunStatus;
  readonly duration: number;
  readonly message: string;
  readonly usage: Usage;
}

export type Block = TextBlock | NoticeBlock | SaidBlock | QuestionBackBlock | PlanBlock | StepBlock;

/** Markdown of the answer; `complete` once no more of it can come, `evidence` only then. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
  readonly complete: boolean;
  readonly evidence: readonly Evidence[];
}

export interface NoticeBlock {
  readonly kind: 'notice';
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** What the person said to the agent at work. */
export interface SaidBlock {
  readonly kind: 'said';
  readonly text: string;
}

/** The agent asks what is meant; the next question answers it. */
export interface QuestionBackBlock {
  readonly kind: 'question-back';
  readonly question: string;
  readonly choices: readonly string[];
}

/** What is to be done for the question; `reason`: why it was changed last, empty if it never was. */
export interface PlanBlock {
  readonly kind: 'plan';
  readonly steps: readonly PlanStep[];
  readonly reason: string;
}

export interface PlanStep {
  readonly goal: string;
  readonly approach: string;
  readonly criterion: string;
  readonly state: PlanStepState;
}

/** `left-out`: what came of the steps before it made it needless. */
export type PlanStepState = StepState | 'waiting' | 'left-out';

export interface StepBlock {
  readonly kind: 'step';
  readonly number: number;
  readonly goal: string;
  readonly state: StepState;
  readonly duration: number | null;
  /** Null until it has ended, and where it was not counted by steps. */
  readonly spent: Spent | null;
  readonly attempts: readonly Attempt[];
}

/** `unfinished`: its run ended first. */
export type StepState = 'running' | 'succeeded' | 'failed' | 'unfinished';

export interface Attempt {
  readonly number: number;
  readonly code: string;
  /** What the model said instead of writing code. */
  readonly said: string;
  readonly state: AttemptState;
  /** What the model found wrong with its own code, newest last. */
  readonly problems: readonly string[];
  readonly outputs: readonly Output[];
  readonly duration: number | null;
  readonly failure: Failure | null;
  readonly note: string;
  /** What the kernel refused, in the order in which it was first tried. */
  readonly refusals: readonly Refusal[];
  /** What the kernel uses while the code runs; null before the first measurement, and once it has ended. */
  readonly meter: Meter | null;
  /** Null until it has ended. */
  readonly protection: Protection | null;
  /** It failed, and the variables are as they were before it. */
  readonly rolledBack: boolean;
  readonly changes: VariableChanges;
  readonly files: FileChanges;
  /** What it did to the variables is gone: they were taken back to before it, or before an earlier one. */
  readonly takenBack: boolean;
}

/** Something that the kernel refused, and how often. */
export interface Refusal {
  readonly kind: BlockKind;
  readonly sentence: string;
  readonly times: number;
}

/** `rewriting`: a review found a problem; the next code replaces this one. `unfinished`: its run ended first. */
export type AttemptState = 'writing' | 'rewriting' | 'running' | 'unfinished' | AttemptStatus;

export const EMPTY_VIEW: ConversationView = { sequence: 0, turns: [] };

/** The turn that is being answered, if one is. */
export function runningTurn(view: ConversationView): Turn | null {
  const last = view.turns.at(-1);
  return last && last.end === null ? last : null;
}
