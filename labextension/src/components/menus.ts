/** The header's menus: JupyterLab's own, so that they look and answer to keys like all others. */

import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

import { CommandIDs } from '../tokens/commandIds';
import type { Conversation } from '../types/wire';

/** Latest first; the open one is marked. */
export function conversationMenu(commands: CommandRegistry, conversations: readonly Conversation[]): Menu {
  const menu = newMenu(commands);
  for (const { id, title } of conversations.slice(0, 50)) {
    menu.addItem({ command: CommandIDs.openConversation, args: { id, title: shortened(title) } });
  }
  return menu;
}

export function actionMenu(commands: CommandRegistry): Menu {
  const menu = newMenu(commands);
  menu.addItem({ command: CommandIDs.renameConversation });
  menu.addItem({ command: CommandIDs.deleteConversation });
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

function newMenu(commands: CommandRegistry): Menu {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-Agent-menu');
  return menu;
}
