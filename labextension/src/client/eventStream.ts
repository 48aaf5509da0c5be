/**
 * One conversation's events, each once and in order, for as long as it is wanted.
 *
 * The server numbers the events without gaps and replays what comes after a number. So a lost connection
 * is opened again after the last event that was seen, a repeated event is dropped, and a gap (which only
 * something in between can make) is closed by connecting anew. When the server closes the connection, it
 * says why.
 */

import type { IAgentClient } from '../tokens/client';
import type { Event } from '../types/wire';
import { AgentProblem } from './agentProblem';
import { backoff } from './backoff';

/** `lost` is tried again by itself; `refused` only when asked to. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

export interface StreamListener {
  onEvent(event: Event): void;
  /** `reason`: why there is no connection, as far as that is known; else empty. */
  onConnection(connection: Connection, reason: string): void;
  /** Trying again by itself is of no use: the conversation is gone, or the server does not let this person in. */
  onRefused(problem: AgentProblem): void;
}

export class EventStream {
  constructor(client: IAgentClient, conversationId: string, listener: StreamListener, after = 0) {
    this._client = client;
    this._conversationId = conversationId;
    this._listener = listener;
    this._last = after;
    window.addEventListener('online', this.retryNow);
    listener.onConnection('connecting', '');
    this._connect();
  }

  /** Do not wait any longer for the next try. */
  readonly retryNow = (): void => {
    if (this._waiting) {
      window.clearTimeout(this._timer);
      this._connect();
    }
  };

  close(): void {
    this._closed = true;
    window.removeEventListener('online', this.retryNow);
    window.clearTimeout(this._timer);
    window.clearTimeout(this._settling);
    this._drop();
  }

  private _connect(): void {
    this._waiting = false;
    const socket = this._client.socket(this._conversationId, this._last);
    this._socket = socket;
    socket.onopen = () => {
      if (this._reason) {
        // Who broke off with a reason may do so again at once: then nothing is better than before.
        this._settling = window.setTimeout(() => this._opened(), SETTLED);
      } else {
        this._opened();
      }
    };
    socket.onmessage = message => {
      this._opened();
      this._receive(JSON.parse(String(message.data)) as Event);
    };
    socket.onclose = ({ code, reason }) => void this._lost(code, reason);
  }

  private _opened(): void {
    window.clearTimeout(this._settling);
    if (!this._open) {
      this._open = true;
      this._tries = 0;
      this._reason = '';
      this._listener.onConnection('open', '');
    }
  }

  private _receive(event: Event): void {
    if (event.sequence <= this._last) {
      return;
    }
    if (event.sequence > this._last + 1) {
      this._drop();
      void this._lost(0, '');
      return;
    }
    this._last = event.sequence;
    this._listener.onEvent(event);
  }

  private async _lost(code: number, reason: string): Promise<void> {
    window.clearTimeout(this._settling);
    this._socket = null;
    this._open = false;
    // What was said last holds until there is a connection again.
    this._reason = reason || this._reason;
    this._listener.onConnection('lost', this._reason);
    const status = REFUSALS.get(code);
    const refusal = status ? new AgentProblem({ title: reason, detail: '', status }) : await this._refusal();
    if (this._closed) {
      return;
    }
    this._waiting = true;
    if (refusal) {
      this._listener.onConnection('refused', refusal.message);
      this._listener.onRefused(refusal);
      return;
    }
    this._timer = window.setTimeout(() => this._connect(), backoff(this._tries, Math.random()));
    this._tries += 1;
  }

  /** A socket that was not opened does not say why; the same question over HTTP does. */
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

  private readonly _client: IAgentClient;
  private readonly _conversationId: string;
  private readonly _listener: StreamListener;
  private _last: number;
  private _socket: WebSocket | null = null;
  private _open = false;
  private _reason = '';
  private _waiting = false;
  private _timer = 0;
  private _settling = 0;
  private _tries = 0;
  private _closed = false;
}

/** Milliseconds after which an open connection counts as one that will last. */
const SETTLED = 1000;

const FINAL = new Set([401, 403, 404]);

/** What the codes of a socket mean with which our server refuses for good, as HTTP says it. */
const REFUSALS = new Map([
  [4400, 400],
  [4404, 404]
]);
