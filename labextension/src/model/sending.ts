/** Sends what a person asks, and stops it: also before the server has a name for what is to be stopped. */

import type { IAgentClient } from '../tokens/client';
import type { HeldState } from './heldState';
import { isRunning, type PendingQuestion } from './sessionState';

export class Sending {
  constructor(client: IAgentClient, held: HeldState) {
    this._client = client;
    this._held = held;
  }

  /**
   * Shows a question as sent while `action` sends it. True when the server took it; one that is refused is shown no
   * more, if what it was sent in is still `open`.
   */
  async send(pending: PendingQuestion, action: () => Promise<unknown>, open: () => boolean): Promise<boolean> {
    this._held.update({ pending, problem: null });
    const accepted = await this._held.try(action);
    if (!accepted && open()) {
      this._held.update({ pending: null, stopping: false });
    }
    if (accepted && open() && this._held.current.stopping) {
      await this._tell();
    }
    return accepted;
  }

  async stop(): Promise<void> {
    const state = this._held.current;
    if (!isRunning(state) || state.stopping) {
      return;
    }
    this._held.update({ stopping: true });
    // Before the server took the question there is nothing to stop yet: `send` does it then.
    if (state.pending === null) {
      await this._tell();
    }
  }

  private async _tell(): Promise<void> {
    const id = this._held.current.conversationId;
    if (id !== null && !(await this._held.try(() => this._client.stop(id)))) {
      this._held.update({ stopping: false });
    }
  }

  private readonly _client: IAgentClient;
  private readonly _held: HeldState;
}
