/** Provides the kernel of the conversation that the sidebar shows. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';

import { AgentKernel } from '../model/agentKernel';
import { IAgentClient } from '../tokens/client';
import { IAgentKernel } from '../tokens/kernel';
import { IAgentSession } from '../tokens/session';

export const kernelPlugin: JupyterFrontEndPlugin<IAgentKernel> = {
  id: 'jupyterlab-agent:kernel',
  description: "The kernel of the agent's conversation.",
  provides: IAgentKernel,
  requires: [IAgentClient, IAgentSession],
  optional: [IStateDB],
  activate: (
    _app: JupyterFrontEnd,
    client: IAgentClient,
    session: IAgentSession,
    database: IStateDB | null
  ) => new AgentKernel(client, session, database)
};
