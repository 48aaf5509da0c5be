/** Everything the sidebar shows, as one immutable value, and what follows from it. */

import type { Connection } from '../client/eventStream';
import type { AgentType, Profile } from '../types/shapes';
import type { Attachment, Conversation, ModelOffer, Problem } from '../types/wire';
import type { Upload } from './upload';
import { EMPTY_VIEW, runningTurn, type ConversationView } from './view';

export interface SessionState {
  /** Latest first; null until the server said. */
  readonly conversations: readonly Conversation[] | null;
  /** There are older ones than those. */
  readonly moreConversations: boolean;
  /** The open conversation; null for one that is not begun. */
  readonly conversationId: string | null;
  /** The one that was open when the list was read last: it may be older than those in it. */
  readonly opened: Conversation | null;
  /** What code may do in the conversation that is not begun; null: as it is configured. */
  readonly profile: Profile | null;
  readonly view: ConversationView;
  readonly connection: Connection | 'idle';
  /** Why there is no connection, until there is one again; empty when that is not known. */
  readonly interruption: string;
  /** How far this clock is ahead of the server's, in milliseconds, judged by the fastest event. */
  readonly clockAhead: number;
  /** A question that was sent and whose run did not start yet. */
  readonly pending: PendingQuestion | null;
  readonly stopping: boolean;
  /** What can answer; null until the server said. */
  readonly models: ModelOffer | null;
  readonly checkingModels: boolean;
  readonly problem: Problem | null;
  readonly draft: string;
  readonly uploads: readonly Upload[];
  /** Null: what the settings say. */
  readonly agentType: AgentType | null;
  /** Null: what the server is configured to use. */
  readonly model: string | null;
  readonly dismissedNotices: readonly string[];
}

export interface PendingQuestion {
  readonly question: string;
  readonly attachments: readonly Attachment[];
}

export const INITIAL_STATE: SessionState = {
  conversations: null,
  moreConversations: false,
  conversationId: null,
  opened: null,
  profile: null,
  view: EMPTY_VIEW,
  connection: 'idle',
  interruption: '',
  clockAhead: 0,
  pending: null,
  stopping: false,
  models: null,
  checkingModels: false,
  problem: null,
  draft: '',
  uploads: [],
  agentType: null,
  model: null,
  dismissedNotices: []
};

export function openConversation(state: SessionState): Conversation | null {
  const known = [...(state.conversations ?? []), state.opened];
  return known.find(conversation => conversation?.id === state.conversationId) ?? null;
}

export function isRunning(state: SessionState): boolean {
  return state.pending !== null || runningTurn(state.view) !== null;
}

export function isUploading(state: SessionState): boolean {
  return state.uploads.some(upload => upload.state === 'waiting' || upload.state === 'sending');
}

/** Files that are still on their way do not hinder: the question waits for them. */
export function canSend(state: SessionState): boolean {
  return state.draft.trim() !== '' && !isRunning(state);
}

/** What is written goes to the agent at work. */
export function canSteer(state: SessionState): boolean {
  return state.draft.trim() !== '' && state.pending === null && runningTurn(state.view) !== null && !state.stopping;
}

/** The conversation is being read for the first time: neither empty nor shown. */
export function isLoading(state: SessionState): boolean {
  return state.conversationId !== null && state.view.sequence === 0 && state.connection === 'connecting';
}

/** No model can answer, as far as the server said. */
export function lacksModel(state: SessionState): boolean {
  return state.models !== null && state.models.model === '';
}

/** How a question is worked on that a person wants worked on so: not every way may be open here. */
export function possibleAgent({ models }: SessionState, wanted: AgentType): AgentType {
  return models === null || models.agent_types.includes(wanted) ? wanted : 'auto';
}

/** What is special about the model in use, unless it was dismissed; null when there is nothing to say. */
export function modelNotice(state: SessionState): Pick<ModelOffer, 'provider' | 'notice' | 'advice'> | null {
  const said = [state.models, state.view.turns.at(-1)?.model].find(model => model?.notice);
  return said && !state.dismissedNotices.includes(said.notice) ? said : null;
}

/** There should be a connection, and there is none. */
export function isBroken({ connection }: SessionState): boolean {
  return connection === 'lost' || connection === 'refused';
}

/** Why there is no connection, and that it is being tried again, is said already. */
export function isSaid(state: SessionState, { title, status }: Problem): boolean {
  return isBroken(state) && ((status === 0 && state.connection === 'lost') || state.interruption.startsWith(title));
}
