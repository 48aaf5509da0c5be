/** What a reloaded page remembers: kept in JupyterLab's state database, one per workspace. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyJSONObject, ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { AgentType } from '../types/shapes';

export interface Remembered {
  readonly conversationId: string | null;
  readonly draft: string;
  readonly agentType: AgentType | null;
  readonly model: string | null;
  readonly dismissedNotices: readonly string[];
}

export class SessionMemory {
  constructor(database: IStateDB | null) {
    this._database = database;
  }

  async load(): Promise<Partial<Remembered>> {
    return remembered(await this._database?.fetch(KEY));
  }

  async save(value: Remembered): Promise<void> {
    const json = JSON.stringify(value);
    if (json !== this._saved) {
      this._saved = json;
      await this._database?.save(KEY, JSON.parse(json) as ReadonlyJSONObject);
    }
  }

  private readonly _database: IStateDB | null;
  private _saved = '';
}

const KEY = 'jupyterlab-agent:session';
const AGENT_TYPES: readonly unknown[] = ['auto', 'chat', 'react', 'plan_execute'] satisfies AgentType[];

/** An older version may have written something else: what is not understood is forgotten. */
function remembered(value: ReadonlyPartialJSONValue | undefined): Partial<Remembered> {
  if (typeof value !== 'object' || value === null || !('conversationId' in value)) {
    return {};
  }
  const { conversationId, draft, agentType, model, dismissedNotices } = value;
  return {
    conversationId: typeof conversationId === 'string' ? conversationId : null,
    draft: typeof draft === 'string' ? draft : '',
    agentType: AGENT_TYPES.includes(agentType) ? (agentType as AgentType) : null,
    model: typeof model === 'string' ? model : null,
    dismissedNotices: Array.isArray(dismissedNotices)
      ? dismissedNotices.filter(notice => typeof notice === 'string')
      : []
  };
}
