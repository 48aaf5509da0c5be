/** Every action of the sidebar as a command, in the palette and the launcher. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, InputDialog, showDialog } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { addIcon, deleteIcon, editIcon, refreshIcon, runIcon, settingsIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { agentIcon, attachIcon } from '../components/icons';
import { chooseFiles } from '../components/chooseFiles';
import { conversationMenu, openBelow } from '../components/menus';
import { isResumable } from '../model/plan';
import { canSend, canSteer, isBroken, isRunning, openConversation } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';
import { IAgentPanel } from '../tokens/panel';
import { IAgentSession } from '../tokens/session';

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:commands',
  description: 'The commands of the agent.',
  autoStart: true,
  requires: [IAgentSession, IAgentPanel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    session: IAgentSession,
    panel: IAgentPanel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    const { commands } = app;
    const show = (): void => app.shell.activateById(panel.id);

    commands.addCommand(CommandIDs.open, {
      label: trans.__('Ask the Agent'),
      caption: trans.__('Open the sidebar of the agent'),
      icon: agentIcon,
      execute: show
    });
    addConversationCommands(commands, session, show, trans);
    addOlderConversations(commands, session, panel, trans);
    addQuestionCommands(commands, session, show, trans);

    // While an answer streams the state changes every frame, but what can be done seldom does.
    let possible = '';
    session.changed.connect(({ state }) => {
      const { conversationId, connection, view } = state;
      const possibly = [isRunning(state), canSend(state), canSteer(state)];
      const now = [conversationId, connection, view.turns.length, ...possibly].join();
      if (now !== possible) {
        possible = now;
        STATEFUL.forEach(command => commands.notifyCommandChanged(command));
      }
    });
    for (const command of IN_PALETTE) {
      palette?.addItem({ command, category: trans.__('Agent') });
    }
  }
};

const STATEFUL = [
  CommandIDs.renameConversation,
  CommandIDs.deleteConversation,
  CommandIDs.send,
  CommandIDs.stop,
  CommandIDs.askAgain,
  CommandIDs.resume,
  CommandIDs.reconnect
];

const IN_PALETTE = [
  CommandIDs.open,
  CommandIDs.newConversation,
  CommandIDs.renameConversation,
  CommandIDs.deleteConversation,
  CommandIDs.attachFiles,
  CommandIDs.stop,
  CommandIDs.askAgain,
  CommandIDs.resume,
  CommandIDs.trySample,
  CommandIDs.checkModels,
  CommandIDs.openSettings
];

function addConversationCommands(
  commands: CommandRegistry,
  session: IAgentSession,
  show: () => void,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.newConversation, {
    label: trans.__('New Conversation with the Agent'),
    icon: addIcon,
    execute: () => {
      session.newConversation();
      show();
    }
  });
  commands.addCommand(CommandIDs.openConversation, {
    label: args => (args.title as string) || trans.__('Conversation without a title'),
    isToggled: args => args.id === session.state.conversationId,
    describedBy: { args: { type: 'object', properties: { id: { type: 'string' }, title: { type: 'string' } } } },
    execute: args => {
      session.open(args.id as string);
      show();
    }
  });
  commands.addCommand(CommandIDs.renameConversation, {
    label: trans.__('Rename the Conversation…'),
    icon: editIcon,
    isEnabled: () => session.state.conversationId !== null,
    execute: async () => {
      const { value } = await InputDialog.getText({
        title: trans.__('Rename the conversation'),
        label: trans.__('Title'),
        text: openConversation(session.state)?.title ?? '',
        okLabel: trans.__('Rename')
      });
      if (value) {
        await session.rename(value);
      }
    }
  });
  commands.addCommand(CommandIDs.deleteConversation, {
    label: trans.__('Delete the Conversation…'),
    icon: deleteIcon,
    isEnabled: () => session.state.conversationId !== null,
    execute: async () => {
      const title = openConversation(session.state)?.title;
      const { button } = await showDialog({
        title: trans.__('Delete the conversation?'),
        body: trans.__(
          '“%1”, its files and its variables will be gone. This cannot be undone.',
          title || trans.__('Conversation without a title')
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: trans.__('Delete') })
        ],
        defaultButton: 0
      });
      if (button.accept) {
        await session.remove();
      }
    }
  });
}

/** They take the place of the menu that they were asked for in. */
function addOlderConversations(
  commands: CommandRegistry,
  session: IAgentSession,
  panel: IAgentPanel,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.olderConversations, {
    label: trans.__('Older…'),
    describedBy: { args: { type: 'object', properties: { from: { type: 'number' } } } },
    execute: async args => {
      const from = args.from as number;
      await session.listBeyond(from);
      const anchor = panel.node.querySelector<HTMLElement>('.jp-Agent-title');
      if (anchor && (session.state.conversations?.length ?? 0) > from) {
        openBelow(conversationMenu(commands, session.state, from), anchor);
      }
    }
  });
}

function addQuestionCommands(
  commands: CommandRegistry,
  session: IAgentSession,
  show: () => void,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.attachFiles, {
    label: trans.__('Attach Files for the Agent…'),
    icon: attachIcon,
    execute: async () => {
      show();
      session.attach(await chooseFiles());
    }
  });
  commands.addCommand(CommandIDs.send, {
    label: trans.__('Send the Question to the Agent'),
    isEnabled: () => canSend(session.state) || canSteer(session.state),
    execute: () => session.send()
  });
  commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop the Agent'),
    isEnabled: () => isRunning(session.state),
    execute: () => session.stop()
  });
  commands.addCommand(CommandIDs.askAgain, {
    label: trans.__('Ask the Last Question Again'),
    icon: refreshIcon,
    isEnabled: () => session.state.view.turns.length > 0 && !isRunning(session.state),
    execute: async () => {
      const turn = session.state.view.turns.at(-1);
      if (turn) {
        await session.askAgain(turn);
      }
    }
  });
  commands.addCommand(CommandIDs.resume, {
    label: trans.__('Resume the Last Plan'),
    icon: runIcon,
    isEnabled: () => !isRunning(session.state) && session.state.view.turns.slice(-1).some(isResumable),
    execute: async () => {
      const turn = session.state.view.turns.at(-1);
      if (turn) {
        await session.resume(turn);
      }
    }
  });
  commands.addCommand(CommandIDs.trySample, {
    label: trans.__('Try the Agent with the Sample Data'),
    execute: async () => {
      show();
      await session.trySample(trans.__('What is the mean price per region? Show it as a bar chart.'));
    }
  });
  commands.addCommand(CommandIDs.checkModels, {
    label: trans.__('Look for Models Again'),
    icon: refreshIcon,
    execute: () => session.checkModels()
  });
  commands.addCommand(CommandIDs.reconnect, {
    label: trans.__('Connect to the Agent Now'),
    icon: refreshIcon,
    isEnabled: () => isBroken(session.state),
    execute: () => session.reconnect()
  });
  commands.addCommand(CommandIDs.openSettings, {
    label: trans.__('Settings of the Agent…'),
    icon: settingsIcon,
    isVisible: () => commands.hasCommand('settingeditor:open'),
    execute: () => commands.execute('settingeditor:open', { query: 'Agent' })
  });
}
