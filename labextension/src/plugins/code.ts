/** What can be done with a step's code: copy it, or put it into the notebook that is open. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { INotebookTracker, type Notebook } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../tokens/commandIds';
import { IAgentSession } from '../tokens/session';

export const codePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:code',
  description: "Copies the agent's code, or inserts it into a notebook.",
  autoStart: true,
  requires: [IAgentSession],
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    session: IAgentSession,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    const describedBy = { args: { type: 'object', properties: { code: { type: 'string' } } } } as const;

    app.commands.addCommand(CommandIDs.copyCode, {
      label: trans.__("Copy the Agent's Code"),
      describedBy,
      execute: args => Clipboard.copyToSystem(args.code as string)
    });
    app.commands.addCommand(CommandIDs.insertCode, {
      label: trans.__("Insert the Agent's Code into the Notebook"),
      describedBy,
      isEnabled: () => !!notebooks?.currentWidget && !notebooks.currentWidget.model?.readOnly,
      execute: args => {
        if (notebooks?.currentWidget) {
          const { conversationId } = session.state;
          insertBelow(notebooks.currentWidget.content, args.code as string, conversationId ?? '');
        }
      }
    });
    notebooks?.currentChanged.connect(() => app.commands.notifyCommandChanged(CommandIDs.insertCode));
  }
};

/** One undoable change of the live document; the cell remembers where it came from. */
function insertBelow(notebook: Notebook, code: string, conversationId: string): void {
  const index = notebook.activeCellIndex + 1;
  notebook.model?.sharedModel.transact(() => {
    notebook.model?.sharedModel.insertCell(index, {
      cell_type: 'code',
      source: code,
      metadata: { 'jupyterlab-agent': { conversation: conversationId } }
    });
  });
  notebook.activeCellIndex = index;
}
