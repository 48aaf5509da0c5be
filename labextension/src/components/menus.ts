/** The header's menus: JupyterLab's own, so that they look and answer to keys like all others. */

import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

import type { SessionState } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';

/** Latest first, without the first `from`; the open one is marked. */
export function conversationMenu(commands: CommandRegistry, state: SessionState, from = 0): Menu {
  const menu = newMenu(commands);
  const conversations = state.conversations ?? [];
  const end = from + LONGEST_MENU;
  for (const { id, title } of conversations.slice(from, end)) {
    menu.addItem({ command: CommandIDs.openConversation, args: { id, title: shortened(title) } });
  }
  if (conversations.length > end || state.moreConversations) {
    menu.addItem({ type: 'separator' });
    menu.addItem({ command: CommandIDs.olderConversations, args: { from: end } });
  }
  return menu;
}

export function actionMenu(commands: CommandRegistry): Menu {
  const menu = newMenu(commands);
  menu.addItem({ command: CommandIDs.renameConversation });
  menu.addItem({ command: CommandIDs.deleteConversation });
  menu.addItem({ command: CommandIDs.downloadRun });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.toggleVariables });
  menu.addItem({ command: CommandIDs.rewind });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.chooseProfile, args: { profile: 'strict' } });
  menu.addItem({ command: CommandIDs.chooseProfile, args: { profile: 'parallel' } });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.checkModels });
  menu.addItem({ command: CommandIDs.openSettings });
  return menu;
}

/** Opens a menu that lives until it closes. */
export function openBelow(menu: Menu, anchor: HTMLElement): void {
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.aboutToClose.connect(() => {
    // The chosen command runs after the menu closed.
    window.setTimeout(() => menu.dispose());
  });
  menu.open(left, bottom + 2);
}

/** A menu is as wide as its longest label. */
function shortened(title: string): string {
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1).trimEnd()}…` : title;
}

const LONGEST_TITLE = 44;
const LONGEST_MENU = 25;

function newMenu(commands: CommandRegistry): Menu {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-Agent-menu');
  return menu;
}
