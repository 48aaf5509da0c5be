/** Provides the client, with the application's own connection settings. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { AgentClient } from '../client/agentClient';
import { IAgentClient } from '../tokens/client';

export const clientPlugin: JupyterFrontEndPlugin<IAgentClient> = {
  id: 'jupyterlab-agent:client',
  description: 'Talks to the agent on the server.',
  provides: IAgentClient,
  activate: (app: JupyterFrontEnd) => new AgentClient(app.serviceManager.serverSettings)
};
