/** Short names for the parts of the generated wire types that have none there. */

import type {
  AttemptFinished,
  Block,
  ChatRequest,
  Conversation,
  DisplayOutput,
  ErrorOutput,
  Event,
  KernelView,
  RunFinished,
  StreamOutput
} from './wire';

export type EventBody = Event['body'];
export type Output = StreamOutput | DisplayOutput | ErrorOutput;
export type AttemptStatus = AttemptFinished['status'];
export type RunStatus = RunFinished['status'];
export type BlockKind = Block['kind'];
export type KernelProfile = KernelView['profile'];
export type KernelState = KernelView['state'];
export type Profile = NonNullable<Conversation['profile']>;
export type AgentType = NonNullable<ChatRequest['agent_type']>;
