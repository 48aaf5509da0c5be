/** `IAgentKernel`: follows the session, and looks into the kernel when something may have changed in it. */

import type { IStateDB } from '@jupyterlab/statedb';
import { Signal, type ISignal } from '@lumino/signaling';

import { problemOf } from '../client/agentProblem';
import type { IAgentClient } from '../tokens/client';
import type { IAgentKernel } from '../tokens/kernel';
import type { IAgentSession } from '../tokens/session';
import type { KernelProfile, Profile } from '../types/shapes';
import type { KernelView } from '../types/wire';
import { UNSEEN, type KernelSight, type Place } from './kernelSight';
import { isRunning, openConversation, type SessionState } from './sessionState';

export class AgentKernel implements IAgentKernel {
  constructor(client: IAgentClient, session: IAgentSession, database: IStateDB | null) {
    this._client = client;
    this._session = session;
    this._database = database;
    session.changed.connect(() => this._follow());
  }

  get sight(): KernelSight {
    return this._sight;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Look no more by itself. */
  dispose(): void {
    this._disposed = true;
    window.clearTimeout(this._timer);
  }

  start(): Promise<void> {
    this._started ??= this._start();
    return this._started;
  }

  async look(): Promise<void> {
    const id = this._session.state.conversationId;
    window.clearTimeout(this._timer);
    if (id === null) {
      return;
    }
    const look = ++this._looks;
    this._update({ looking: true });
    let { view } = this._sight;
    const problem = await problemOf(async () => {
      view = seen(await this._client.kernel(id), view);
    });
    // Of several at a time only the last one counts, and none of another conversation.
    if (look === this._looks) {
      this._update({ view, looking: false, problem });
      if (view?.state === 'busy' && !isRunning(this._session.state)) {
        this._lookSoon(BUSY_PAUSE);
      }
    }
  }

  async rewind(place: Place): Promise<void> {
    const id = this._session.state.conversationId;
    if (id !== null) {
      await this._try(() => this._client.rewind(id, place));
      this._lookSoon(PAUSE);
    }
  }

  async chooseProfile(profile: Profile): Promise<void> {
    const id = this._session.state.conversationId;
    if (id === null) {
      this._session.beginWith(profile);
    } else if (await this._try(() => this._client.chooseProfile(id, profile))) {
      await this._session.listConversations();
    }
  }

  async chooseFolder(folder: string | null): Promise<void> {
    const id = this._session.state.conversationId;
    if (id !== null) {
      this._update({ choosing: true });
      await this._session.chooseFolder(folder);
      await this._learnWhatCanBeRead(id);
      if (id === this._conversationId) {
        this._update({ choosing: false });
      }
    }
  }

  showVariables(variablesShown: boolean): void {
    this._update({ variablesShown });
    void this._database?.save(KEY, variablesShown);
  }

  private async _start(): Promise<void> {
    this._update({ variablesShown: (await this._database?.fetch(KEY)) === true });
    await this._try(async () => {
      const { restricted, profile } = await this._client.kernelRights();
      this._configured = profile;
      this._update({ restricted });
    });
  }

  private async _learnWhatCanBeRead(id: string): Promise<void> {
    const learning = ++this._learnings;
    // What is refused now is asked again with the next connection.
    await problemOf(async () => {
      const { folder, folder_note } = await this._client.conversation(id);
      // An answer from before a choice says what holds no more.
      if (id === this._conversationId && learning === this._learnings) {
        this._update({ readable: { folder, folder_note } });
      }
    });
  }

  /** Runs `action`; a refusal is shown, and the result is false. */
  private async _try(action: () => Promise<unknown>): Promise<boolean> {
    const problem = await problemOf(action);
    if (problem) {
      this._session.showProblem(problem);
    }
    return problem === null;
  }

  private _follow(): void {
    const { state } = this._session;
    if (state.conversationId !== this._conversationId) {
      this._conversationId = state.conversationId;
      this._looks += 1;
      this._update({ view: null, readable: null, choosing: false, looking: false, problem: null });
    }
    const moment = momentOf(state);
    if (moment === this._moment) {
      return;
    }
    this._moment = moment;
    if (isRunning(state)) {
      this._update({ view: this._sight.view && { ...this._sight.view, state: 'busy' } });
    } else if (state.connection === 'open') {
      this._lookSoon(PAUSE);
    }
    if (state.connection === 'open' && state.conversationId !== null && this._sight.readable === null) {
      void this._learnWhatCanBeRead(state.conversationId);
    }
    this._update({});
  }

  /** A replay is many changes in one go; the server is asked once. */
  private _lookSoon(milliseconds: number): void {
    window.clearTimeout(this._timer);
    if (!this._disposed) {
      this._timer = window.setTimeout(() => void this.look(), milliseconds);
    }
  }

  private _update(change: Partial<KernelSight>): void {
    const sight = { ...this._sight, ...change };
    const restricted = sight.view?.restricted ?? sight.restricted;
    const { state } = this._session;
    const profile = profileOf(state, sight.view, this._configured);
    this._sight = { ...sight, restricted, profile, phase: phaseOf(state, sight.view) };
    this._changed.emit();
  }

  private readonly _client: IAgentClient;
  private readonly _session: IAgentSession;
  private readonly _database: IStateDB | null;
  private readonly _changed = new Signal<this, void>(this);
  private _sight = UNSEEN;
  /** What code may do where nothing else was chosen; null until the server said. */
  private _configured: KernelProfile | null = null;
  private _started: Promise<void> | null = null;
  private _conversationId: string | null = null;
  private _moment = '';
  private _looks = 0;
  private _learnings = 0;
  private _timer = 0;
  private _disposed = false;
}

const KEY = 'jupyterlab-agent:variables-shown';
/** Milliseconds until a look, and until the next one when somebody else keeps the kernel busy. */
const PAUSE = 200;
const BUSY_PAUSE = 2000;

/** While code runs nothing is known of the variables; what was known stays in sight. */
function seen(now: KernelView, before: KernelView | null): KernelView {
  return now.state === 'busy' && before ? { ...before, state: 'busy' } : now;
}

/** Differs from the one before when variables may differ. */
function momentOf(state: SessionState): string {
  const { turns } = state.view;
  const rewinds = turns.at(-1)?.rewinds.length ?? 0;
  const profile = openConversation(state)?.profile ?? state.profile;
  return [state.conversationId, state.connection, isRunning(state), turns.length, rewinds, profile].join();
}

/** A choice holds, but where an ordinary kernel was chosen on purpose. */
function profileOf(
  state: SessionState,
  view: KernelView | null,
  configured: KernelProfile | null
): KernelProfile | null {
  if (configured === 'unrestricted') {
    return configured;
  }
  const chosen = state.conversationId === null ? state.profile : openConversation(state)?.profile;
  return chosen ?? view?.profile ?? configured;
}

function phaseOf(state: SessionState, view: KernelView | null): KernelSight['phase'] {
  if (isRunning(state)) {
    return 'busy';
  }
  return state.conversationId === null ? 'not-started' : (view?.state ?? 'unknown');
}
