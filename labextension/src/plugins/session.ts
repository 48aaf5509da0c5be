/** Provides the session: the conversation that the sidebar shows. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';

import { AgentSession } from '../model/session';
import { SessionMemory } from '../model/sessionMemory';
import { IAgentClient } from '../tokens/client';
import { IStartFolder } from '../tokens/folder';
import { IPreferences } from '../tokens/preferences';
import { IAgentSession } from '../tokens/session';

export const sessionPlugin: JupyterFrontEndPlugin<IAgentSession> = {
  id: 'jupyterlab-agent:session',
  description: 'The conversation with the agent.',
  provides: IAgentSession,
  requires: [IAgentClient, IPreferences, IStartFolder],
  optional: [IStateDB],
  activate: (
    _app: JupyterFrontEnd,
    client: IAgentClient,
    preferences: IPreferences,
    folder: IStartFolder,
    database: IStateDB | null
  ) => new AgentSession(client, preferences, folder, new SessionMemory(database))
};
