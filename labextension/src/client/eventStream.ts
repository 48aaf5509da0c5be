/**
 * One conversation's events, each once and in order, for as long as it is wanted.
 *
 * The server numbers the events without gaps and replays what comes after a number. So a lost connection
 * is opened again after the last event that was seen, a repeated event is dropped, and a gap (which only
 * something in between can make) is closed by connecting anew.
 */

import type { IAgentClient } from '../tokens/client';
import type { Event } from '../types/wire';
import { AgentProblem } from './agentProblem';
import { backoff } from './backoff';

export type Connection = 'connecting' | 'open' | 'lost';

export interface StreamListener {
  onEvent(event: Event): void;
  onConnection(connection: Connection): void;
  /** Trying again is of no use: the conversation is gone, or the server does not let this person in. */
  onRefused(problem: AgentProblem): void;
}

export class EventStream {
  constructor(client: IAgentClient, conversationId: string, listener: StreamListener, after = 0) {
    this._client = client;
    this._conversationId = conversationId;
    this._listener = listener;
    this._last = after;
    window.addEventListener('online', this._retryNow);
    listener.onConnection('connecting');
    this._connect();
  }

  close(): void {
    this._closed = true;
    window.removeEventListener('online', this._retryNow);
    window.clearTimeout(this._timer);
    this._drop();
  }

  private _connect(): void {
    this._timer = 0;
    const socket = this._client.socket(this._conversationId, this._last);
    this._socket = socket;
    socket.onopen = () => {
      this._tries = 0;
      this._listener.onConnection('open');
    };
    socket.onmessage = message => this._receive(JSON.parse(String(message.data)) as Event);
    socket.onclose = () => void this._lost();
  }

  private _receive(event: Event): void {
    if (event.sequence <= this._last) {
      return;
    }
    if (event.sequence > this._last + 1) {
      this._drop();
      void this._lost();
      return;
    }
    this._last = event.sequence;
    this._listener.onEvent(event);
  }

  private async _lost(): Promise<void> {
    this._socket = null;
    this._listener.onConnection('lost');
    const refusal = await this._refusal();
    if (this._closed) {
      return;
    }
    if (refusal) {
      this.close();
      this._listener.onRefused(refusal);
      return;
    }
    this._timer = window.setTimeout(() => this._connect(), backoff(this._tries, Math.random()));
    this._tries += 1;
  }

  /** A socket does not say why it was not opened; the same question over HTTP does. */
  private async _refusal(): Promise<AgentProblem | null> {
    try {
      await this._client.conversation(this._conversationId);
      return null;
    } catch (error) {
      if (!(error instanceof AgentProblem)) {
        throw error;
      }
      return FINAL.has(error.status) ? error : null;
    }
  }

  private _drop(): void {
    if (this._socket) {
      this._socket.onopen = this._socket.onmessage = this._socket.onclose = null;
      this._socket.close();
      this._socket = null;
    }
  }

  private readonly _retryNow = (): void => {
    if (this._timer !== 0 && this._socket === null) {
      window.clearTimeout(this._timer);
      this._connect();
    }
  };

  private readonly _client: IAgentClient;
  private readonly _conversationId: string;
  private readonly _listener: StreamListener;
  private _last: number;
  private _socket: WebSocket | null = null;
  private _timer = 0;
  private _tries = 0;
  private _closed = false;
}

const FINAL = new Set([401, 403, 404]);
