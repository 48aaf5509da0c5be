/** A card in the launcher, so that the agent is found without knowing the sidebar's icons. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';

import { CommandIDs } from '../tokens/commandIds';

export const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:launcher',
  description: 'Shows the agent in the launcher.',
  autoStart: true,
  // Notebook 7 has none.
  optional: [ILauncher],
  activate: (_app: JupyterFrontEnd, launcher: ILauncher | null) => {
    launcher?.add({ command: CommandIDs.open, rank: 100 });
  }
};
