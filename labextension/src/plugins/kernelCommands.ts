/** What can be done with the agent's kernel: see its variables, and take them back. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, undoIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { createElement } from 'react';

import { variablesIcon } from '../components/icons';
import { RewindWarning } from '../components/rewindWarning';
import { canRewind, latestMoment, type KernelSight, type Place } from '../model/kernelSight';
import { CommandIDs } from '../tokens/commandIds';
import { IAgentKernel } from '../tokens/kernel';
import { IAgentPanel } from '../tokens/panel';
import { IAgentSession } from '../tokens/session';

export const kernelCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:kernel-commands',
  description: "The commands of the agent's kernel.",
  autoStart: true,
  requires: [IAgentKernel, IAgentSession, IAgentPanel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    kernel: IAgentKernel,
    session: IAgentSession,
    panel: IAgentPanel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');

    commands.addCommand(CommandIDs.toggleVariables, {
      label: trans.__("Show the Agent's Variables"),
      icon: variablesIcon,
      isToggleable: true,
      isToggled: () => kernel.sight.variablesShown,
      execute: () => {
        if (panel.isVisible) {
          kernel.showVariables(!kernel.sight.variablesShown);
        } else {
          kernel.showVariables(true);
          shell.activateById(panel.id);
        }
      }
    });
    commands.addCommand(CommandIDs.refreshVariables, {
      label: trans.__("Look at the Agent's Variables Again"),
      icon: refreshIcon,
      isEnabled: () => session.state.conversationId !== null,
      execute: () => kernel.look()
    });
    commands.addCommand(CommandIDs.rewind, {
      label: trans.__("Take the Agent's Variables Back…"),
      icon: undoIcon,
      describedBy: { args: REWIND_ARGUMENTS },
      isEnabled: args => placeIn(args, kernel.sight) !== null,
      execute: async args => {
        const place = placeIn(args, kernel.sight);
        if (place && (await confirmed(trans, place, questionOf(session, place)))) {
          await kernel.rewind(place);
          // The button that was pressed is gone, and the focus with it.
          panel.activate();
        }
      }
    });

    let possible = '';
    kernel.changed.connect(({ sight }) => {
      const now = [sight.phase, sight.variablesShown, sight.view?.moments.length].join();
      if (now !== possible) {
        possible = now;
        IN_PALETTE.forEach(command => commands.notifyCommandChanged(command));
      }
    });
    for (const command of IN_PALETTE) {
      palette?.addItem({ command, category: trans.__('Agent') });
    }
  }
};

const IN_PALETTE = [CommandIDs.toggleVariables, CommandIDs.refreshVariables, CommandIDs.rewind];

const REWIND_ARGUMENTS = {
  type: 'object',
  properties: { run_id: { type: 'string' }, step: { type: 'integer' }, attempt: { type: 'integer' } }
} as const;

/** The moment that the arguments name, or without them the latest; null if it is not kept. */
function placeIn(args: ReadonlyPartialJSONObject, sight: KernelSight): Place | null {
  const { run_id, step, attempt } = args;
  if (typeof run_id !== 'string' || typeof step !== 'number' || typeof attempt !== 'number') {
    return latestMoment(sight);
  }
  const place = { run_id, step, attempt };
  return canRewind(sight, place) ? place : null;
}

function questionOf(session: IAgentSession, place: Place): string {
  return session.state.view.turns.find(turn => turn.runId === place.run_id)?.question ?? '';
}

async function confirmed(trans: TranslationBundle, { step, attempt }: Place, question: string): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Go back to before attempt %1 of step %2?', attempt, step),
    body: createElement(RewindWarning, { trans, question }),
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), Dialog.warnButton({ label: trans.__('Go back') })],
    defaultButton: 0
  });
  return button.accept;
}
