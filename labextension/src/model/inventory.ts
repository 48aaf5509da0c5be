/** What there is on the server: conversations to open, and models to ask. */

import type { IAgentClient } from '../tokens/client';
import { beyond, latest } from './conversationPages';
import type { HeldState } from './heldState';

export class Inventory {
  constructor(client: IAgentClient, held: HeldState) {
    this._client = client;
    this._held = held;
  }

  async listConversations(): Promise<void> {
    const { conversationId } = this._held.current;
    await this._held.try(async () => this._held.update(await latest(this._client, conversationId)));
  }

  async listBeyond(count: number): Promise<void> {
    await this._held.try(async () => this._held.update(await beyond(this._client, this._held.current, count)));
  }

  async checkModels(): Promise<void> {
    this._held.update({ checkingModels: true });
    await this._held.try(async () => this._held.update({ models: await this._client.models() }));
    this._held.update({ checkingModels: false });
  }

  /** A replay ends many runs in one go; the server is asked once. */
  refreshSoon(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      void this.listConversations();
      if (this._held.view.turns.at(-1)?.end?.status === 'failed') {
        void this.checkModels();
      }
    }, 200);
  }

  private readonly _client: IAgentClient;
  private readonly _held: HeldState;
  private _timer = 0;
}
