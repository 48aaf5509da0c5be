/** What can be done with a run that is over: take it away as a document, for a person or another machine. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { downloadIcon } from '@jupyterlab/ui-components';

import { AgentProblem } from '../client/agentProblem';
import { saveText } from '../components/saveText';
import { CommandIDs } from '../tokens/commandIds';
import { IAgentClient } from '../tokens/client';
import { IAgentSession } from '../tokens/session';

export const runCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:run-commands',
  description: 'Downloads what the agent did.',
  autoStart: true,
  requires: [IAgentClient, IAgentSession],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    client: IAgentClient,
    session: IAgentSession,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    const lastRun = (): string | null => session.state.view.turns.findLast(turn => turn.end !== null)?.runId ?? null;

    commands.addCommand(CommandIDs.downloadRun, {
      label: trans.__('Download the Last Run of the Agent'),
      caption: trans.__('Save the question, every step and the answer as JSON, to be replayed elsewhere'),
      icon: downloadIcon,
      describedBy: { args: { type: 'object', properties: { run_id: { type: 'string' } } } },
      isEnabled: args => (args.run_id ?? lastRun()) !== null,
      execute: async args => {
        const runId = (args.run_id as string | undefined) ?? lastRun();
        if (runId === null) {
          return;
        }
        try {
          saveText(await client.trajectory(runId), `run-${runId.slice(0, ID_SHOWN)}.json`, 'application/json');
        } catch (error) {
          if (!(error instanceof AgentProblem)) {
            throw error;
          }
          await showErrorMessage(trans.__('The run cannot be downloaded'), error.message);
        }
      }
    });

    let last = lastRun();
    session.changed.connect(() => {
      if (last !== lastRun()) {
        last = lastRun();
        commands.notifyCommandChanged(CommandIDs.downloadRun);
      }
    });
    palette?.addItem({ command: CommandIDs.downloadRun, category: trans.__('Agent') });
  }
};

const ID_SHOWN = 12;
