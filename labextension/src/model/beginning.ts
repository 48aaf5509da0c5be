/** How a conversation is begun: with which question, in which folder, and with which profile of the kernel. */

import type { IAgentClient } from '../tokens/client';
import type { IStartFolder } from '../tokens/folder';
import type { AgentType, Profile } from '../types/shapes';
import type { Attachment, ChatRequest, UploadReply } from '../types/wire';

export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly agentType: AgentType;
}

export class Beginning {
  constructor(client: IAgentClient, folder: IStartFolder) {
    this._client = client;
    this._folder = folder;
  }

  /** Null: as it is configured. */
  profile: Profile | null = null;

  get folder(): string | null {
    return this._folder.path;
  }

  /** The conversation to ask in. A question and a file begin one, too, but only one of the configured profile. */
  async conversation(open: string | null): Promise<string | null> {
    if (open === null && this._begun === null && this.profile !== null) {
      const { id } = await this._client.begin({ title: '', profile: this.profile, folder: this.folder });
      this._begun = id;
    }
    return open ?? this._begun;
  }

  async request(question: Question, open: string | null, model: string | null): Promise<ChatRequest> {
    return {
      message: question.text,
      conversation_id: await this.conversation(open),
      agent_type: question.agentType,
      files: question.attachments.map(attachment => attachment.id),
      model,
      folder: this.folder,
      wait: false
    };
  }

  async sample(): Promise<UploadReply> {
    const { profile } = this;
    const reply = await this._client.sample(this.folder);
    if (profile !== null) {
      await this._client.chooseProfile(reply.conversation_id, profile);
    }
    return reply;
  }

  /** What was chosen holds for one conversation. */
  forget(): void {
    this.profile = null;
    this._begun = null;
    this._folder.want(null);
  }

  private readonly _client: IAgentClient;
  private readonly _folder: IStartFolder;
  /** It is not open yet: what was to be done in it may still be refused, and tried again. */
  private _begun: string | null = null;
}
