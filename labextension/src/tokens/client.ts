/** The seam to the server: everything the sidebar asks of it. */

import { Token } from '@lumino/coreutils';

import type { Profile } from '../types/shapes';
import type {
  ChatReply,
  ChatRequest,
  Conversation,
  ConversationDetail,
  ConversationList,
  KernelRights,
  KernelView,
  ModelOffer,
  NewConversation,
  Readable,
  ResumeReply,
  ResumeRequest,
  RewindRequest,
  UploadReply
} from '../types/wire';

/** Every method but `socket` rejects with an `AgentProblem`. */
export interface IAgentClient {
  chat(request: ChatRequest): Promise<ChatReply>;

  begin(conversation: NewConversation): Promise<Conversation>;

  /** What a conversation that is begun in this folder could read. */
  readable(folder: string): Promise<Readable>;

  /** The latest ones, or those that were used before a time, which is some conversation's `updated`. */
  conversations(before?: string): Promise<ConversationList>;

  conversation(id: string): Promise<ConversationDetail>;

  rename(id: string, title: string): Promise<Conversation>;

  /** The next program runs in a kernel of this profile. */
  chooseProfile(id: string, profile: Profile): Promise<Conversation>;

  /** Have code read this folder besides attached files, or nothing; before the first question. */
  chooseFolder(id: string, folder: string | null): Promise<Conversation>;

  remove(id: string): Promise<void>;

  /** Remove a file that came with no question yet. */
  detach(id: string, attachmentId: string): Promise<void>;

  stop(id: string): Promise<void>;

  /** Say something to the run under way; refused with 409 when none is. */
  steer(id: string, message: string): Promise<void>;

  /** Go on with the plan of the conversation's last run. */
  resume(id: string, request: ResumeRequest): Promise<ResumeReply>;

  /** A run as a document, as the server made it. */
  trajectory(runId: string): Promise<string>;

  models(): Promise<ModelOffer>;

  /** What holds for the kernels of all conversations. */
  kernelRights(): Promise<KernelRights>;

  /** What the kernel of a conversation holds; this starts none. */
  kernel(id: string): Promise<KernelView>;

  /** Take the variables back to before an attempt. */
  rewind(id: string, moment: RewindRequest): Promise<void>;

  /** A new conversation with the bundled sample data attached, begun in this folder. */
  sample(folder: string | null): Promise<UploadReply>;

  /** Send one file; without a conversation, a new one is begun in `folder` for it. `onProgress` gets 0 to 1. */
  upload(
    file: File,
    conversationId: string | null,
    folder: string | null,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<UploadReply>;

  /** A socket that sends the conversation's events after the sequence number `after`, then live. */
  socket(conversationId: string, after: number): WebSocket;
}

export const IAgentClient = new Token<IAgentClient>(
  'jupyterlab-agent:IAgentClient',
  'The REST and WebSocket client of the agent.'
);
