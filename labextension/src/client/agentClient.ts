/** `IAgentClient` over JupyterLab's own connection settings: REST, uploads and the events' socket. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IAgentClient } from '../tokens/client';
import type { Profile } from '../types/shapes';
import type {
  ChatReply,
  ChatRequest,
  Conversation,
  ConversationDetail,
  ConversationList,
  ConversationPatch,
  KernelRights,
  KernelView,
  ModelOffer,
  NewConversation,
  Readable,
  ResumeReply,
  ResumeRequest,
  RewindRequest,
  SteerRequest,
  UploadReply
} from '../types/wire';
import { parsed, problemFrom, unreachable } from './agentProblem';
import { postFile } from './postFile';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export class AgentClient implements IAgentClient {
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
  }

  chat(request: ChatRequest): Promise<ChatReply> {
    return this._json('POST', ['chat'], request);
  }

  begin(conversation: NewConversation): Promise<Conversation> {
    return this._json('POST', ['conversations'], conversation);
  }

  readable(folder: string): Promise<Readable> {
    return this._json('GET', ['readable'], undefined, { folder });
  }

  conversations(before?: string): Promise<ConversationList> {
    return this._json('GET', ['conversations'], undefined, before === undefined ? {} : { before });
  }

  conversation(id: string): Promise<ConversationDetail> {
    return this._json('GET', ['conversations', id]);
  }

  rename(id: string, title: string): Promise<Conversation> {
    return this._patch(id, { title });
  }

  chooseProfile(id: string, profile: Profile): Promise<Conversation> {
    return this._patch(id, { profile });
  }

  chooseFolder(id: string, folder: string | null): Promise<Conversation> {
    return this._patch(id, { folder: folder ?? false });
  }

  async remove(id: string): Promise<void> {
    await this._text('DELETE', ['conversations', id]);
  }

  async detach(id: string, attachmentId: string): Promise<void> {
    await this._text('DELETE', ['conversations', id, 'attachments', attachmentId]);
  }

  async stop(id: string): Promise<void> {
    await this._text('POST', ['conversations', id, 'stop']);
  }

  async steer(id: string, message: string): Promise<void> {
    const request: SteerRequest = { message };
    await this._text('POST', ['conversations', id, 'steer'], request);
  }

  resume(id: string, request: ResumeRequest): Promise<ResumeReply> {
    return this._json('POST', ['conversations', id, 'resume'], request);
  }

  trajectory(runId: string): Promise<string> {
    return this._text('GET', ['runs', runId, 'trajectory']);
  }

  models(): Promise<ModelOffer> {
    return this._json('GET', ['models']);
  }

  kernelRights(): Promise<KernelRights> {
    return this._json('GET', ['kernel']);
  }

  kernel(id: string): Promise<KernelView> {
    return this._json('GET', ['conversations', id, 'kernel']);
  }

  async rewind(id: string, moment: RewindRequest): Promise<void> {
    await this._text('POST', ['conversations', id, 'kernel', 'rewind'], moment);
  }

  sample(folder: string | null): Promise<UploadReply> {
    return this._json('POST', ['sample'], { folder });
  }

  async upload(
    file: File,
    conversationId: string | null,
    folder: string | null,
    onProgress: (fraction: number) => void,
    signal: AbortSignal
  ): Promise<UploadReply> {
    const form = new FormData();
    if (conversationId !== null) {
      form.append('conversation_id', conversationId);
    } else if (folder !== null) {
      form.append('folder', folder);
    }
    form.append('file', file, file.name);
    const address = URLExt.join(this._settings.baseUrl, ...PREFIX, 'upload');
    const body = await postFile(address, form, { token: this._settings.token, onProgress, signal });
    return parsed<UploadReply>(body);
  }

  socket(conversationId: string, after: number): WebSocket {
    const { wsUrl, token, appendToken, WebSocket } = this._settings;
    const address = URLExt.join(wsUrl, ...PREFIX, 'conversations', encodeURIComponent(conversationId), 'events');
    const query = new URLSearchParams({ after: String(after) });
    if (appendToken && token) {
      query.set('token', token);
    }
    return new WebSocket(`${address}?${query.toString()}`);
  }

  private _patch(id: string, patch: ConversationPatch): Promise<Conversation> {
    return this._json('PATCH', ['conversations', id], patch);
  }

  private async _json<T>(
    method: Method,
    path: readonly string[],
    body?: object,
    query: Record<string, string> = {}
  ): Promise<T> {
    return parsed<T>(await this._text(method, path, body, query));
  }

  private async _text(
    method: Method,
    path: readonly string[],
    body?: object,
    query: Record<string, string> = {}
  ): Promise<string> {
    const place = URLExt.join(this._settings.baseUrl, ...PREFIX, ...path.map(encodeURIComponent));
    const address = place + URLExt.objectToQueryString(query);
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(address, init, this._settings);
      text = await response.text();
    } catch (error) {
      // A server that dies between the headers and the body is a `TypeError`.
      if (error instanceof ServerConnection.NetworkError || error instanceof TypeError) {
        throw unreachable();
      }
      throw error;
    }
    if (!response.ok) {
      throw problemFrom(response.status, text);
    }
    return text;
  }

  private readonly _settings: ServerConnection.ISettings;
}

const PREFIX = ['agent', 'api'];
