/** The open conversation's title, which opens the list of the others, and what can be done with it. */

import { addIcon, caretDownEmptyIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import type { MouseEvent } from 'react';

import { openConversation, type SessionState } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';
import { useAgent, useKernelSight } from './context';
import { IconButton } from './iconButton';
import { variablesIcon } from './icons';
import { actionMenu, conversationMenu, openBelow } from './menus';

export function Header({ state }: { readonly state: SessionState }) {
  const { commands, session, trans } = useAgent();
  const { variablesShown } = useKernelSight();
  const title = openConversation(state)?.title || trans.__('New conversation');
  const listed = (state.conversations ?? []).length > 0;

  // Before the list is opened: there may be new ones that were not begun here.
  const refresh = (): void => void session.listConversations();
  const switchConversation = (event: MouseEvent<HTMLButtonElement>): void =>
    openBelow(conversationMenu(commands, state), event.currentTarget);
  const showActions = (event: MouseEvent<HTMLButtonElement>): void =>
    openBelow(actionMenu(commands), event.currentTarget);

  return (
    <header className="jp-Agent-header" onPointerEnter={refresh} onFocus={refresh}>
      <button
        type="button"
        className="jp-Agent-title"
        aria-haspopup="menu"
        title={trans.__('Switch the conversation')}
        disabled={!listed}
        onClick={switchConversation}
      >
        <span className="jp-Agent-title-text">{title}</span>
        {listed && <caretDownEmptyIcon.react tag="span" aria-hidden="true" />}
      </button>
      <IconButton
        icon={variablesIcon}
        label={variablesShown ? trans.__('Hide the variables') : trans.__('Show the variables')}
        expanded={variablesShown}
        onClick={() => void commands.execute(CommandIDs.toggleVariables)}
      />
      <IconButton
        icon={addIcon}
        label={trans.__('New conversation')}
        onClick={() => void commands.execute(CommandIDs.newConversation)}
      />
      <IconButton icon={ellipsesIcon} label={trans.__('More actions')} menu onClick={showActions} />
    </header>
  );
}
