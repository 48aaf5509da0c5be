/** Provides the folder that a conversation is begun in: the open notebook's, else the file browser's. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import { StartFolder } from '../model/startFolder';
import { IAgentClient } from '../tokens/client';
import { IStartFolder } from '../tokens/folder';
import { IPreferences } from '../tokens/preferences';

export const folderPlugin: JupyterFrontEndPlugin<IStartFolder> = {
  id: 'jupyterlab-agent:folder',
  description: 'The folder that a conversation with the agent is begun in.',
  provides: IStartFolder,
  requires: [IAgentClient, IPreferences],
  // Notebook 7 has one or the other, depending on the page.
  optional: [INotebookTracker, IDefaultFileBrowser],
  activate: (
    { serviceManager: { contents } }: JupyterFrontEnd,
    client: IAgentClient,
    preferences: IPreferences,
    notebooks: INotebookTracker | null,
    browser: IDefaultFileBrowser | null
  ) => {
    const folder = new StartFolder(client, preferences);
    const move = (): void => {
      const notebook = notebooks?.currentWidget;
      const place = notebook ? PathExt.dirname(notebook.context.path) : browser?.model.path;
      folder.moveTo(place === undefined ? null : onThisServer(contents, place));
    };
    notebooks?.currentChanged.connect((_, notebook) => {
      notebook?.context.pathChanged.connect(move);
      move();
    });
    browser?.model.pathChanged.connect(move);
    browser?.model.restored.then(move, move);
    move();
    return folder;
  }
};

/** From the server's root on; null for what another drive shows. Documents that are edited together have one, too. */
function onThisServer(contents: Contents.IManager, path: string): string | null {
  return ['', 'RTC'].includes(contents.driveName(path)) ? contents.localPath(path) : null;
}
