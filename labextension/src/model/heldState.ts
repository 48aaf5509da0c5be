/** Holds the session's state, and tells when it changed: at once, or once a frame while events come in. */

import { problemOf } from '../client/agentProblem';
import type { Attachment, Event } from '../types/wire';
import { reduce } from './reduce';
import { INITIAL_STATE, isSaid, type SessionState } from './sessionState';
import { EMPTY_VIEW, type ConversationView } from './view';

export class HeldState {
  constructor(tell: () => void) {
    this._tell = tell;
  }

  /** As it was told last. */
  get current(): SessionState {
    return this._current;
  }

  /** With every event that came, told or not. */
  get view(): ConversationView {
    return this._view;
  }

  /** The files that came with a question. */
  get asked(): readonly Attachment[] {
    return [...this._view.turns, this._current.pending].flatMap(question => question?.attachments ?? []);
  }

  update(change: Partial<SessionState>): void {
    cancelAnimationFrame(this._frame);
    this._frame = 0;
    const clockAhead = Number.isFinite(this._clockAhead) ? this._clockAhead : 0;
    this._current = { ...this._current, ...change, view: this._view, clockAhead };
    this._tell();
  }

  receive(event: Event): void {
    this._view = reduce(this._view, event);
    this._clockAhead = Math.min(this._clockAhead, Date.now() - Date.parse(event.time));
    this._frame ||= requestAnimationFrame(() => this.update({}));
  }

  /** Take nothing of the open conversation into the next one. */
  leave(): void {
    this._view = EMPTY_VIEW;
    this.update({
      conversationId: null,
      profile: null,
      connection: 'idle',
      interruption: '',
      pending: null,
      stopping: false,
      problem: null
    });
  }

  /** Runs `action`; a refusal is shown, and the result is false. */
  async try(action: () => Promise<unknown>): Promise<boolean> {
    const problem = await problemOf(action);
    if (problem && !isSaid(this._current, problem)) {
      this.update({ problem });
    }
    return problem === null;
  }

  private readonly _tell: () => void;
  private _current = INITIAL_STATE;
  private _view = EMPTY_VIEW;
  private _clockAhead = Number.POSITIVE_INFINITY;
  private _frame = 0;
}
