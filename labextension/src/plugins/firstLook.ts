/** Shows the sidebar once to a person who has never seen it; from then on it stays as they leave it. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';

import { IAgentPanel } from '../tokens/panel';

const KEY = 'jupyterlab-agent:seen';

export const firstLookPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:first-look',
  description: 'Shows the sidebar of the agent once in a workspace.',
  autoStart: true,
  requires: [IAgentPanel, IStateDB],
  activate: (app: JupyterFrontEnd, panel: IAgentPanel, database: IStateDB) => {
    // Not awaited: JupyterLab restores its layout only when every plugin is active.
    void app.restored.then(async () => {
      if ((await database.fetch(KEY)) === undefined) {
        app.shell.activateById(panel.id);
        await database.save(KEY, true);
      }
    });
  }
};
