/** Short names for the parts of the generated wire types that have none there. */

import type { AttemptFinished, ChatRequest, DisplayOutput, ErrorOutput, Event, RunFinished, StreamOutput } from './wire';

export type EventBody = Event['body'];
export type Output = StreamOutput | DisplayOutput | ErrorOutput;
export type AttemptStatus = AttemptFinished['status'];
export type RunStatus = RunFinished['status'];
export type AgentType = NonNullable<ChatRequest['agent_type']>;
