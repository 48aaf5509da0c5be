/** `IStartFolder`: follows the person's place and wish, and asks the server what it would open there. */

import { Signal, type ISignal } from '@lumino/signaling';

import { problemOf } from '../client/agentProblem';
import { backoff } from '../client/backoff';
import type { IAgentClient } from '../tokens/client';
import type { IStartFolder } from '../tokens/folder';
import type { IPreferences } from '../tokens/preferences';
import type { Readable } from '../types/wire';

export class StartFolder implements IStartFolder {
  constructor(client: IAgentClient, preferences: IPreferences) {
    this._client = client;
    this._preferences = preferences;
    preferences.changed.connect(() => this._changed.emit());
  }

  get place(): string | null {
    return this._place;
  }

  get wanted(): boolean {
    return this._wanted ?? this._preferences.readFolder;
  }

  get path(): string | null {
    return this.wanted && this._readable ? this._place : null;
  }

  get readable(): Readable | null {
    return this._readable;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  moveTo(place: string | null): void {
    if (place !== this._place) {
      this._place = place;
      this._readable = null;
      this._changed.emit();
      void this._ask(0);
    }
  }

  want(wanted: boolean | null): void {
    if (wanted !== this._wanted) {
      this._wanted = wanted;
      this._changed.emit();
    }
  }

  start(): void {
    if (!this._started) {
      this._started = true;
      void this._ask(0);
    }
  }

  /** What the server refuses is not asked again; one that does not answer is. */
  private async _ask(tries: number): Promise<void> {
    window.clearTimeout(this._timer);
    const place = this._place;
    if (!this._started || place === null) {
      return;
    }
    const problem = await problemOf(async () => {
      const readable = await this._client.readable(place);
      if (place === this._place) {
        this._readable = readable;
        this._changed.emit();
      }
    });
    if (problem && place === this._place && (problem.status === 0 || problem.status >= 500)) {
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => void this._ask(tries + 1), backoff(tries, Math.random()));
    }
  }

  private readonly _client: IAgentClient;
  private readonly _preferences: IPreferences;
  private readonly _changed = new Signal<this, void>(this);
  private _place: string | null = null;
  private _wanted: boolean | null = null;
  private _readable: Readable | null = null;
  private _started = false;
  private _timer = 0;
}
