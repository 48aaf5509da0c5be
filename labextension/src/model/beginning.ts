/** How one conversation is begun: with which question, in which folder, and with which profile of the kernel. */

import type { IAgentClient } from '../tokens/client';
import type { IStartFolder } from '../tokens/folder';
import type { AgentType, Profile } from '../types/shapes';
import type { Attachment, ChatRequest, UploadReply } from '../types/wire';

export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly agentType: AgentType;
}

interface Begun {
  readonly id: string;
  readonly folder: string | null;
}

type Progress = (fraction: number) => void;

export class Beginning {
  constructor(client: IAgentClient, folder: IStartFolder) {
    this._client = client;
    this._folder = folder;
    this._chosen = folder;
  }

  /** Null: as it is configured. */
  profile: Profile | null = null;

  get folder(): string | null {
    return this._chosen.path;
  }

  /** The question, once what code can read is what the person chose last. */
  async request(question: Question, open: string | null, model: string | null): Promise<ChatRequest> {
    await this._choice;
    return {
      message: question.text,
      conversation_id: await this._conversation(open),
      agent_type: question.agentType,
      files: question.attachments.map(attachment => attachment.id),
      model,
      folder: this.folder,
      wait: false,
      may_ask: true
    };
  }

  async upload(file: File, open: string | null, progress: Progress, signal: AbortSignal): Promise<UploadReply> {
    const conversation = await this._conversation(open);
    const { folder } = this;
    const reply = await this._client.upload(file, conversation, folder, progress, signal);
    if (conversation === null) {
      await this._settle({ id: reply.conversation_id, folder });
    }
    return reply;
  }

  /**
   * Have code read this folder, in a conversation that a file has begun. Of several choices the last one holds,
   * and a question waits for it: it is not asked if the server refuses the choice.
   */
  async choose(conversationId: string, folder: string | null): Promise<void> {
    const earlier = this._choice.catch(() => undefined);
    const choice = earlier.then(() => this._client.chooseFolder(conversationId, folder));
    this._choice = choice;
    try {
      await choice;
    } finally {
      if (this._choice === choice) {
        this._choice = Promise.resolve();
      }
    }
  }

  async sample(): Promise<UploadReply> {
    const { folder } = this;
    const reply = await this._client.sample(folder);
    await this._settle({ id: reply.conversation_id, folder });
    if (this.profile !== null) {
      await this._client.chooseProfile(reply.conversation_id, this.profile);
    }
    return reply;
  }

  /** How the next conversation is begun. What is still under way in this one keeps to what was chosen for it. */
  leave(): Beginning {
    this._chosen = { path: this._folder.path };
    this._folder.want(null);
    return new Beginning(this._client, this._folder);
  }

  /** The conversation to ask in. A question and a file begin one, too, but only one of the configured profile. */
  private async _conversation(open: string | null): Promise<string | null> {
    if (open !== null) {
      return open;
    }
    if (this._begun === null && this.profile !== null) {
      const { folder } = this;
      const { id } = await this._client.begin({ title: '', profile: this.profile, folder });
      this._begun = { id, folder };
    }
    if (this._begun === null) {
      return null;
    }
    this._begun = await this._settle(this._begun);
    return this._begun.id;
  }

  /** The person could choose otherwise while the conversation was being begun. */
  private async _settle({ id, folder }: Begun): Promise<Begun> {
    while (folder !== this.folder) {
      folder = this.folder;
      await this._client.chooseFolder(id, folder);
    }
    return { id, folder };
  }

  private readonly _client: IAgentClient;
  private readonly _folder: IStartFolder;
  private _chosen: Pick<IStartFolder, 'path'>;
  /** It is not open yet: what was to be done in it may still be refused, and tried again. */
  private _begun: Begun | null = null;
  private _choice: Promise<unknown> = Promise.resolve();
}
