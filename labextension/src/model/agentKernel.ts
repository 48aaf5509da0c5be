/** `IAgentKernel`: follows the session, and looks into the kernel when something may have changed in it. */

import type { IStateDB } from '@jupyterlab/statedb';
import { Signal, type ISignal } from '@lumino/signaling';

import { problemOf } from '../client/agentProblem';
import type { IAgentClient } from '../tokens/client';
import type { IAgentKernel } from '../tokens/kernel';
import type { IAgentSession } from '../tokens/session';
import type { KernelView } from '../types/wire';
import { UNSEEN, type KernelSight, type Place } from './kernelSight';
import { isRunning, type SessionState } from './sessionState';

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
      const problem = await problemOf(() => this._client.rewind(id, place));
      if (problem) {
        this._session.showProblem(problem);
      }
      this._lookSoon(PAUSE);
    }
  }

  showVariables(variablesShown: boolean): void {
    this._update({ variablesShown });
    void this._database?.save(KEY, variablesShown);
  }

  private async _start(): Promise<void> {
    this._update({ variablesShown: (await this._database?.fetch(KEY)) === true });
    const problem = await problemOf(async () => this._update(await this._client.kernelRights()));
    if (problem) {
      this._session.showProblem(problem);
    }
  }

  private _follow(): void {
    const { state } = this._session;
    if (state.conversationId !== this._conversationId) {
      this._conversationId = state.conversationId;
      this._looks += 1;
      this._update({ view: null, looking: false, problem: null });
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
    this._update({});
  }

  /** A replay is many changes in one go; the server is asked once. */
  private _lookSoon(milliseconds: number): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this.look(), milliseconds);
  }

  private _update(change: Partial<KernelSight>): void {
    const sight = { ...this._sight, ...change };
    const restricted = sight.view?.restricted ?? sight.restricted;
    this._sight = { ...sight, restricted, phase: phaseOf(this._session.state, sight.view) };
    this._changed.emit();
  }

  private readonly _client: IAgentClient;
  private readonly _session: IAgentSession;
  private readonly _database: IStateDB | null;
  private readonly _changed = new Signal<this, void>(this);
  private _sight = UNSEEN;
  private _started: Promise<void> | null = null;
  private _conversationId: string | null = null;
  private _moment = '';
  private _looks = 0;
  private _timer = 0;
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
  return [state.conversationId, state.connection, isRunning(state), turns.length, rewinds].join();
}

function phaseOf(state: SessionState, view: KernelView | null): KernelSight['phase'] {
  if (isRunning(state)) {
    return 'busy';
  }
  return state.conversationId === null ? 'not-started' : (view?.state ?? 'unknown');
}
