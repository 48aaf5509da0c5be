/** The conversation that the sidebar shows, and everything that can be done with it. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { SessionState } from '../model/sessionState';
import type { Turn } from '../model/view';
import type { AgentType, Profile } from '../types/shapes';
import type { Problem, StepWish } from '../types/wire';

/** Methods never reject for what the server refuses: that becomes `state.problem`. */
export interface IAgentSession {
  readonly state: SessionState;
  /** At most once a frame while events come in; at once after a person's own action. */
  readonly changed: ISignal<IAgentSession, void>;

  /** Ask the server what there is and open the remembered conversation. Safe to call again. */
  start(): Promise<void>;

  /** Ask which conversations there are now: other servers and the command line begin some, too. */
  listConversations(): Promise<void>;
  /** List older ones, too, until more than `count` are listed or there are no more. */
  listBeyond(count: number): Promise<void>;
  newConversation(): void;
  open(conversationId: string): void;
  rename(title: string): Promise<void>;
  remove(): Promise<void>;

  /** What code may do in the conversation that is begun next. */
  beginWith(profile: Profile): void;

  /** Have code read this folder besides attached files, or nothing; until something was asked. */
  chooseFolder(folder: string | null): Promise<void>;

  setDraft(text: string): void;
  attach(files: readonly File[]): void;
  /** Leave a file out of the next question; one that came with no question yet leaves the conversation. */
  detach(uploadKey: number): Promise<void>;
  chooseAgent(agentType: AgentType): void;
  /** Null: what the server is configured to use. */
  chooseModel(model: string | null): void;

  /** Send the draft with the files attached to it; while an answer is worked on, the draft alone, to the agent. */
  send(): Promise<void>;
  /** Answer what the agent asked back in a turn. */
  reply(turn: Turn, text: string): Promise<void>;
  /** Ask the question of a turn once more. */
  askAgain(turn: Turn): Promise<void>;
  /** Go on with the plan of the last turn: with these steps, or as it is. */
  resume(turn: Turn, steps?: readonly StepWish[]): Promise<void>;
  /** Ask `question` about the bundled sample data, in a conversation of its own. */
  trySample(question: string): Promise<void>;
  stop(): Promise<void>;

  checkModels(): Promise<void>;
  /** Connect now, when the connection is lost and the next try is a while off. */
  reconnect(): void;
  /** Show what a part of the sidebar was refused. */
  showProblem(problem: Problem): void;
  dismissProblem(): void;
  dismissNotice(notice: string): void;
}

export const IAgentSession = new Token<IAgentSession>(
  'jupyterlab-agent:IAgentSession',
  'The conversation with the agent that the sidebar shows.'
);
