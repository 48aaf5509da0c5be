/** `IAgentSession`: holds the state, talks to the server, and tells when something changed. */

import { Signal, type ISignal } from '@lumino/signaling';

import type { AgentProblem } from '../client/agentProblem';
import { EventStream, type Connection } from '../client/eventStream';
import type { IAgentClient } from '../tokens/client';
import type { IStartFolder } from '../tokens/folder';
import type { IPreferences } from '../tokens/preferences';
import type { IAgentSession } from '../tokens/session';
import type { AgentType, Profile } from '../types/shapes';
import type { Event, Problem, StepWish } from '../types/wire';
import { Beginning, type Question } from './beginning';
import { HeldState } from './heldState';
import { Inventory } from './inventory';
import { Sending } from './sending';
import type { SessionMemory } from './sessionMemory';
import {
  canSend,
  canSteer,
  isBroken,
  isRunning,
  isUploading,
  possibleAgent,
  type PendingQuestion,
  type SessionState
} from './sessionState';
import { attachmentsOf } from './upload';
import { UploadQueue } from './uploadQueue';
import { runningTurn, type Turn } from './view';

export class AgentSession implements IAgentSession {
  constructor(client: IAgentClient, preferences: IPreferences, folder: IStartFolder, memory: SessionMemory) {
    this._client = client;
    this._preferences = preferences;
    this._beginning = new Beginning(client, folder);
    this._memory = memory;
    this._inventory = new Inventory(client, this._held);
    this._sending = new Sending(client, this._held);
    this._uploads = new UploadQueue(client, {
      asked: () => this._held.asked,
      target: () => ({ conversationId: this.state.conversationId, beginning: this._beginning }),
      onConversation: id => this._join(id),
      onUploads: uploads => this._held.update({ uploads })
    });
  }

  get state(): SessionState {
    return this._held.current;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  start(): Promise<void> {
    this._started ??= this._start();
    return this._started;
  }

  readonly listConversations = (): Promise<void> => this._inventory.listConversations();
  readonly listBeyond = (count: number): Promise<void> => this._inventory.listBeyond(count);
  readonly checkModels = (): Promise<void> => this._inventory.checkModels();
  readonly stop = (): Promise<void> => this._sending.stop();

  newConversation(): void {
    this._leave();
    this._remember();
  }

  open(conversationId: string): void {
    if (conversationId !== this.state.conversationId) {
      this._leave();
      this._join(conversationId, true);
    }
  }

  async rename(title: string): Promise<void> {
    const id = this.state.conversationId;
    if (id !== null && title.trim()) {
      await this._held.try(() => this._client.rename(id, title.trim()));
      await this.listConversations();
    }
  }

  async remove(): Promise<void> {
    const id = this.state.conversationId;
    if (id !== null && (await this._held.try(() => this._client.remove(id)))) {
      this.newConversation();
      await this.listConversations();
    }
  }

  beginWith(profile: Profile): void {
    this._beginning.profile = profile;
    this._held.update({ profile });
  }

  async chooseFolder(folder: string | null): Promise<void> {
    const id = this.state.conversationId;
    if (id !== null) {
      await this._held.try(() => this._beginning.choose(id, folder));
    }
  }

  setDraft(draft: string): void {
    this._held.update({ draft });
    this._remember();
  }

  attach(files: readonly File[]): void {
    this._uploads.add(files);
  }

  async detach(uploadKey: number): Promise<void> {
    const visit = this._visit;
    const problem = await this._uploads.remove(uploadKey);
    if (problem && this._visit === visit) {
      this._held.update({ problem });
    }
  }

  chooseAgent(agentType: AgentType): void {
    this._held.update({ agentType });
    this._remember();
  }

  chooseModel(model: string | null): void {
    this._held.update({ model });
    this._remember();
  }

  async send(): Promise<void> {
    if (canSteer(this.state)) {
      return this._steer();
    }
    const visit = this._visit;
    if (isUploading(this.state)) {
      await this._uploads.settled();
      // The person should see which file is missing before the question goes without it.
      if (this._visit !== visit || this.state.uploads.some(upload => upload.state === 'failed')) {
        return;
      }
    }
    const { draft, uploads, agentType } = this.state;
    if (!canSend(this.state)) {
      return;
    }
    this._uploads.clear();
    this.setDraft('');
    const accepted = await this._ask({
      text: draft.trim(),
      attachments: attachmentsOf(uploads),
      agentType: possibleAgent(this.state, agentType ?? this._preferences.agentType)
    });
    // What was refused goes back to where it was written, unless something new stands there.
    const untouched = this._visit === visit && this.state.draft === '' && this.state.uploads.length === 0;
    if (!accepted && untouched) {
      this._uploads.restore(uploads);
      this.setDraft(draft);
    }
  }

  async reply({ agentType }: Turn, text: string): Promise<void> {
    if (!isRunning(this.state)) {
      await this._ask({ text, attachments: [], agentType });
    }
  }

  async askAgain({ question: text, attachments, agentType }: Turn): Promise<void> {
    if (!isRunning(this.state)) {
      await this._ask({ text, attachments, agentType });
    }
  }

  async resume({ runId, question }: Turn, steps?: readonly StepWish[]): Promise<void> {
    const { conversationId: id, model } = this.state;
    if (id === null || isRunning(this.state)) {
      return;
    }
    const request = { run_id: runId, steps: steps ? [...steps] : null, model };
    await this._send({ question, attachments: [] }, () => this._client.resume(id, request));
  }

  async trySample(question: string): Promise<void> {
    const visit = this._visit;
    if (this._sampled === visit) {
      return;
    }
    this._sampled = visit;
    const begun = await this._held.try(async () => {
      const { conversation_id: id, attachments } = await this._beginning.sample();
      if (this._visit !== visit) {
        // The person has gone on to something else.
        await this._client.remove(id);
        return;
      }
      this.open(id);
      await this._ask({ text: question, attachments, agentType: possibleAgent(this.state, 'react') });
    });
    if (!begun && this._visit === visit) {
      this._sampled = null;
    }
  }

  reconnect(): void {
    this._stream?.retryNow();
  }

  showProblem(problem: Problem): void {
    this._held.update({ problem });
  }

  dismissProblem(): void {
    this._held.update({ problem: null });
  }

  dismissNotice(notice: string): void {
    this._held.update({ dismissedNotices: [...this.state.dismissedNotices.slice(-20), notice] });
    this._remember();
  }

  private async _start(): Promise<void> {
    const { conversationId, draft = '', ...rest } = await this._memory.load();
    this._held.update({ ...rest, draft: this.state.draft || draft });
    if (conversationId && this.state.conversationId === null) {
      this._join(conversationId, true);
    }
    await Promise.all([this.checkModels(), this.listConversations()]);
  }

  private async _steer(): Promise<void> {
    const visit = this._visit;
    const { draft, conversationId: id } = this.state;
    this.setDraft('');
    if (id !== null && (await this._held.try(() => this._client.steer(id, draft.trim())))) {
      return;
    }
    if (this._visit === visit && this.state.draft === '') {
      this.setDraft(draft);
    }
  }

  /** True when the server took the question. */
  private async _ask(question: Question): Promise<boolean> {
    const visit = this._visit;
    const { text, attachments } = question;
    const send = async (): Promise<void> => {
      const { conversationId, model } = this.state;
      const request = await this._beginning.request(question, conversationId, model);
      const { conversation_id: id } = await this._client.chat(request);
      if (this._visit === visit) {
        this._join(id);
      }
    };
    return this._send({ question: text, attachments }, send);
  }

  private _send(pending: PendingQuestion, action: () => Promise<unknown>): Promise<boolean> {
    const visit = this._visit;
    return this._sending.send(pending, action, () => this._visit === visit);
  }

  /** `known`: it was there before, and may have files that no question came with. */
  private _join(conversationId: string, known = false): void {
    if (conversationId === this.state.conversationId) {
      return;
    }
    this._uploads.expect(known ? conversationId : null);
    this._held.update({ conversationId });
    this._stream = new EventStream(this._client, conversationId, {
      onEvent: event => this._receive(event),
      onConnection: (connection, reason) => this._connection(connection, reason),
      onRefused: problem => this._refused(problem)
    });
    this._remember();
    void this.listConversations();
  }

  private _leave(): void {
    this._stream?.close();
    this._stream = null;
    this._visit += 1;
    this._uploads.clear();
    this._beginning = this._beginning.leave();
    this._held.leave();
  }

  private _receive(event: Event): void {
    const wasRunning = runningTurn(this._held.view) !== null;
    this._held.receive(event);
    if (event.body.kind === 'run-started') {
      this._uploads.drop(event.body.attachments);
      this._held.update({ pending: null });
    }
    if (event.body.kind === 'run-finished') {
      this._held.update({ stopping: false });
    }
    // The first question names a conversation, the latest one stands first, and what fails may be the model.
    if (wasRunning !== (runningTurn(this._held.view) !== null) && this.state.connection === 'open') {
      this._inventory.refreshSoon();
    }
  }

  private _connection(connection: Connection, interruption: string): void {
    const back = connection === 'open' && isBroken(this.state);
    this._held.update({ connection, interruption });
    if (back) {
      void this.checkModels();
    }
    if (connection === 'open') {
      void this._uploads.recall();
    }
  }

  private _refused(problem: AgentProblem): void {
    // Only what is gone is left; a person who was logged out keeps what they see.
    if (problem.status === 404) {
      this.newConversation();
      this._held.update({ problem: problem.problem });
    }
  }

  private _remember(): void {
    const { conversationId, draft, agentType, model, dismissedNotices } = this.state;
    void this._memory.save({ conversationId, draft, agentType, model, dismissedNotices });
  }

  private readonly _client: IAgentClient;
  private readonly _preferences: IPreferences;
  private readonly _memory: SessionMemory;
  private readonly _uploads: UploadQueue;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _held = new HeldState(() => this._changed.emit());
  private readonly _inventory: Inventory;
  private readonly _sending: Sending;
  private _beginning: Beginning;
  private _stream: EventStream | null = null;
  private _started: Promise<void> | null = null;
  /** Counts the conversations that were left: an answer to a question of an earlier one is too late. */
  private _visit = 0;
  /** The visit in which the sample was begun last. */
  private _sampled: number | null = null;
}
