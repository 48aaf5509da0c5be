/** Sends files one after the other: the first may have to begin the conversation that the others join. */

import { AgentProblem, problemOf } from '../client/agentProblem';
import type { IAgentClient } from '../tokens/client';
import type { Attachment, Problem } from '../types/wire';
import type { Beginning } from './beginning';
import { attachmentsOf, type Upload } from './upload';

export interface UploadOwner {
  /** The files that came with a question, or are being sent with one. */
  asked(): readonly Attachment[];
  /** Where a file goes now. */
  target(): UploadTarget;
  onConversation(id: string): void;
  onUploads(uploads: readonly Upload[]): void;
}

/** The open conversation, or else one that is begun with the file. */
interface UploadTarget {
  readonly conversationId: string | null;
  readonly beginning: Beginning;
}

export class UploadQueue {
  constructor(client: IAgentClient, owner: UploadOwner) {
    this._client = client;
    this._owner = owner;
  }

  get uploads(): readonly Upload[] {
    return this._uploads;
  }

  add(files: readonly File[]): void {
    for (const file of files) {
      const key = this._nextKey++;
      this._show([...this._uploads, { key, name: file.name, size: file.size, state: 'waiting' }]);
      this._chain = this._chain.then(() => this._send(key, file));
    }
  }

  /** Ends when nothing is waiting or being sent any more. */
  async settled(): Promise<void> {
    let chain: Promise<void>;
    do {
      chain = this._chain;
      await chain;
    } while (chain !== this._chain);
  }

  /** Show what the server already has, as files to send with the next question. */
  restore(uploads: readonly Upload[]): void {
    this._show(uploads);
  }

  /** This conversation was begun before, and may have files that no question came with; null: it has none. */
  expect(conversationId: string | null): void {
    this._expected = conversationId;
  }

  /** Show the files that are expected, to send with the next question; those that are refused may be asked again. */
  async recall(): Promise<void> {
    const conversationId = this._expected;
    if (conversationId === null) {
      return;
    }
    await problemOf(async () => {
      const { attachments } = await this._client.conversation(conversationId);
      if (this._expected === conversationId && this._owner.target().conversationId === conversationId) {
        this._expected = null;
        const known = new Set([...this._owner.asked(), ...attachmentsOf(this._uploads)].map(({ id }) => id));
        const recalled = attachments.filter(({ id }) => !known.has(id)).map(file => this._shownAgain(file));
        this._show([...recalled, ...this._uploads]);
      }
    });
  }

  /** A question came with these. */
  drop(attachments: readonly Attachment[]): void {
    const asked = new Set(attachments.map(({ id }) => id));
    this._show(this._uploads.filter(upload => upload.state !== 'done' || !asked.has(upload.attachment.id)));
  }

  /**
   * Leave a file out of the next question; one that came with no question yet leaves the conversation.
   * Returns what the person should know about that, if anything.
   */
  async remove(key: number): Promise<Problem | null> {
    if (this._sending?.key === key) {
      this._sending.abort.abort();
    }
    const removed = this._uploads.find(upload => upload.key === key);
    this._show(this._uploads.filter(upload => upload.key !== key));
    const { conversationId } = this._owner.target();
    if (removed?.state !== 'done' || conversationId === null) {
      return null;
    }
    const problem = await problemOf(() => this._client.detach(conversationId, removed.attachment.id));
    if (problem?.status === GONE) {
      return null;
    }
    // What came with a question can only be left out of the next one; the rest is still to be removed.
    if (problem && problem.status !== NEVER && this._owner.target().conversationId === conversationId) {
      this._show([...this._uploads, removed]);
    }
    return problem;
  }

  clear(): void {
    this._sending?.abort.abort();
    this._show([]);
  }

  private async _send(key: number, file: File): Promise<void> {
    if (!this._uploads.some(upload => upload.key === key)) {
      return;
    }
    const abort = new AbortController();
    this._sending = { key, abort };
    const common = { key, name: file.name, size: file.size };
    const progress = (fraction: number): void =>
      this._replace({ ...common, state: 'sending', progress: fraction });
    progress(0);
    try {
      const { beginning, conversationId } = this._owner.target();
      const reply = await beginning.upload(file, conversationId, progress, abort.signal);
      const attachment = reply.attachments[0];
      if (attachment && !abort.signal.aborted) {
        this._owner.onConversation(reply.conversation_id);
        this._replace({ ...common, name: attachment.name, state: 'done', attachment });
      }
    } catch (error) {
      if (error instanceof AgentProblem) {
        this._replace({ ...common, state: 'failed', problem: error.problem });
      } else if (!abort.signal.aborted) {
        throw error;
      }
    } finally {
      this._sending = null;
    }
  }

  private _shownAgain(attachment: Attachment): Upload {
    const { name, size } = attachment;
    return { key: this._nextKey++, name, size, state: 'done', attachment };
  }

  private _replace(upload: Upload): void {
    this._show(this._uploads.map(known => (known.key === upload.key ? upload : known)));
  }

  private _show(uploads: readonly Upload[]): void {
    this._uploads = uploads;
    this._owner.onUploads(uploads);
  }

  private readonly _client: IAgentClient;
  private readonly _owner: UploadOwner;
  private _uploads: readonly Upload[] = [];
  private _chain: Promise<void> = Promise.resolve();
  private _sending: { readonly key: number; readonly abort: AbortController } | null = null;
  private _nextKey = 1;
  private _expected: string | null = null;
}

const GONE = 404;
const NEVER = 400;
