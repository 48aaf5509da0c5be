/** A server in memory, for the specs: it answers at once, and its sockets do what the spec says. */

import { AgentProblem } from '../client/agentProblem';
import type { IAgentClient } from '../tokens/client';
import type { Profile } from '../types/shapes';
import type {
  Attachment,
  ChatReply,
  ChatRequest,
  Conversation,
  ConversationDetail,
  ConversationList,
  Event,
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

const ONLY_ATTACHED: Readable = { folder: null, folder_note: 'Code can read attached files only.' };

export class FakeClient implements IAgentClient {
  readonly chats: ChatRequest[] = [];
  readonly stopped: string[] = [];
  readonly steered: (readonly [conversationId: string, message: string])[] = [];
  readonly detached: string[] = [];
  readonly resumed: ResumeRequest[] = [];
  readonly begun: NewConversation[] = [];
  /** The folders that files and samples began a conversation in. */
  readonly folders: (string | null)[] = [];
  readonly rewound: RewindRequest[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly uploaded: (readonly [name: string, conversationId: string | null])[] = [];
  stored: Conversation[] = [];
  /** How many of them are listed at a time. */
  page = 100;
  available: ModelOffer = {
    model: 'qwen3:8b',
    provider: 'ollama',
    notice: '',
    advice: '',
    agent_types: ['auto', 'chat', 'react', 'plan_execute'],
    models: [
      { name: 'qwen3:8b', provider: 'ollama', size: 5_200_000_000, context_length: 40_960, capabilities: ['tools'], parameters: 8_190_000_000 },
      { name: 'gemma3:12b', provider: 'ollama', size: 0, context_length: null, capabilities: [], parameters: null }
    ]
  };
  /** What every conversation's kernel holds. */
  held: KernelView = { state: 'not-started', restricted: true, profile: 'strict', variables: [], moments: [] };
  /** What code can read in every conversation. */
  settled: Readable = ONLY_ATTACHED;
  /** What would be opened of a folder. */
  opens = (folder: string): Readable => ({ folder, folder_note: `Code can read the files in ${folder}/.` });
  /** How often a kernel was looked into. */
  looks = 0;
  /** What the next request is refused with. */
  refusal: AgentProblem | null = null;
  /** What the next request's answer waits for; another one once it does. */
  waitsFor: Promise<void> = Promise.resolve();

  chat(request: ChatRequest): Promise<ChatReply> {
    return this._answer(() => {
      this.chats.push(request);
      const id = request.conversation_id ?? this._newConversation(request.message);
      return { conversation_id: id, run_id: `r${this.chats.length}`, status: null, answer: null, message: '' };
    });
  }

  begin(conversation: NewConversation): Promise<Conversation> {
    return this._answer(() => {
      this.begun.push(conversation);
      this._settle(conversation.folder);
      const id = this._newConversation(conversation.title);
      return this._change(id, { profile: conversation.profile });
    });
  }

  readable(folder: string): Promise<Readable> {
    return this._answer(() => this.opens(folder));
  }

  conversations(before: string | null = null): Promise<ConversationList> {
    return this._answer(() => {
      const found = this.stored.filter(({ updated }) => before === null || updated < before);
      return { conversations: found.slice(0, this.page), more: found.length > this.page };
    });
  }

  trajectory(runId: string): Promise<string> {
    return this._answer(() => JSON.stringify({ trajectory: { run_id: runId } }));
  }

  conversation(id: string): Promise<ConversationDetail> {
    return this._answer(() => ({
      conversation: this._find(id),
      attachments: this._attached.get(id) ?? [],
      running: null,
      ...this.settled
    }));
  }

  rename(id: string, title: string): Promise<Conversation> {
    return this._answer(() => this._change(id, { title }));
  }

  chooseProfile(id: string, profile: Profile): Promise<Conversation> {
    return this._answer(() => {
      this.held = { ...this.held, profile };
      return this._change(id, { profile });
    });
  }

  chooseFolder(id: string, folder: string | null): Promise<Conversation> {
    return this._answer(() => {
      this._settle(folder);
      return this._find(id);
    });
  }

  remove(id: string): Promise<void> {
    return this._answer(() => {
      this.stored = this.stored.filter(known => known.id !== id);
    });
  }

  detach(_id: string, attachmentId: string): Promise<void> {
    return this._answer(() => void this.detached.push(attachmentId));
  }

  stop(id: string): Promise<void> {
    return this._answer(() => void this.stopped.push(id));
  }

  steer(id: string, message: string): Promise<void> {
    return this._answer(() => void this.steered.push([id, message]));
  }

  resume(_id: string, request: ResumeRequest): Promise<ResumeReply> {
    return this._answer(() => {
      this.resumed.push(request);
      return { run_id: `r${this.resumed.length}` };
    });
  }

  models(): Promise<ModelOffer> {
    return this._answer(() => this.available);
  }

  kernelRights(): Promise<KernelRights> {
    return this._answer(() => ({ restricted: this.held.restricted, profile: this.held.profile }));
  }

  kernel(): Promise<KernelView> {
    this.looks += 1;
    return this._answer(() => this.held);
  }

  rewind(_id: string, moment: RewindRequest): Promise<void> {
    return this._answer(() => void this.rewound.push(moment));
  }

  sample(folder: string | null): Promise<UploadReply> {
    return this._answer(() => {
      this.folders.push(folder);
      this._settle(folder);
      return this._uploadReply('bike_sales.csv', null);
    });
  }

  upload(
    file: File,
    conversationId: string | null,
    folder: string | null,
    onProgress: (fraction: number) => void
  ): Promise<UploadReply> {
    return this._answer(() => {
      onProgress(1);
      this.uploaded.push([file.name, conversationId]);
      this.folders.push(folder);
      if (conversationId === null) {
        this._settle(folder);
      }
      return this._uploadReply(file.name, conversationId);
    });
  }

  socket(conversationId: string, after: number): WebSocket {
    const socket = new FakeSocket(conversationId, after);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  }

  /** The socket that was opened last. */
  get latest(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) {
      throw new Error('No socket was opened.');
    }
    return socket;
  }

  private async _answer<T>(reply: () => T): Promise<T> {
    const { waitsFor } = this;
    this.waitsFor = Promise.resolve();
    await waitsFor;
    if (this.refusal) {
      const refusal = this.refusal;
      this.refusal = null;
      throw refusal;
    }
    return reply();
  }

  private _settle(folder: string | null): void {
    this.settled = folder === null ? ONLY_ATTACHED : this.opens(folder);
  }

  private _change(id: string, change: Partial<Conversation>): Conversation {
    this.stored = this.stored.map(known => (known.id === id ? { ...known, ...change } : known));
    return this._find(id);
  }

  private _find(id: string): Conversation {
    const known = this.stored.find(conversation => conversation.id === id);
    if (!known) {
      throw new AgentProblem({ title: 'There is no such conversation.', detail: 'Begin a new one.', status: 404 });
    }
    return known;
  }

  private _newConversation(title: string): string {
    const id = `c${this.stored.length + 1}`;
    const time = '2026-01-01T12:00:00Z';
    this.stored = [{ id, owner: 'owner', title, created: time, updated: time, profile: null }, ...this.stored];
    return id;
  }

  private _uploadReply(name: string, conversationId: string | null): UploadReply {
    const id = conversationId ?? this._newConversation(name);
    const attachment = { id: `a-${name}`, name, size: 12, media_type: 'text/csv' };
    this._attached.set(id, [...(this._attached.get(id) ?? []), attachment]);
    return { conversation_id: id, attachments: [attachment] };
  }

  /** The files of each conversation. */
  private readonly _attached = new Map<string, Attachment[]>();
}

export class FakeSocket {
  constructor(
    readonly conversationId: string,
    readonly after: number
  ) {}

  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  closed = false;

  open(): void {
    this.onopen?.();
  }

  send(events: readonly Event[]): void {
    for (const event of events) {
      this.onmessage?.({ data: JSON.stringify(event) });
    }
  }

  /** The connection breaks, or the server closes it and says why. */
  break(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }

  close(): void {
    this.closed = true;
  }
}
