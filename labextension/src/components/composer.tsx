/** Where a question is written: text, files, how to work on it and with which model. */

import { stopIcon } from '@jupyterlab/ui-components';
import type { ClipboardEvent, KeyboardEvent } from 'react';

import { canSend, canSteer, isRunning, type SessionState } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';
import { useAgent, usePreferences } from './context';
import { FolderLine } from './folderLine';
import { IconButton } from './iconButton';
import { attachIcon, sendIcon } from './icons';
import { AgentPicker, ModelPicker } from './pickers';
import { UploadChips } from './uploadChips';

export function Composer({ state }: { readonly state: SessionState }) {
  const { commands, session, trans } = useAgent();
  const { sendWithEnter } = usePreferences();
  const running = isRunning(state);
  const steering = canSteer(state);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && event.shiftKey !== sendWithEnter) {
      event.preventDefault();
      if (!running || steering) {
        void commands.execute(CommandIDs.send);
      }
    }
  };

  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) {
      event.preventDefault();
      session.attach(files);
    }
  };

  return (
    <form
      className="jp-Agent-composer"
      onSubmit={event => {
        event.preventDefault();
        void commands.execute(CommandIDs.send);
      }}
    >
      <FolderLine state={state} />
      <UploadChips uploads={state.uploads} />
      {/* The copy of the text, which is not seen, makes the field as high as it needs to be. */}
      <div className="jp-Agent-grow" data-text={state.draft}>
        <textarea
          rows={2}
          value={state.draft}
          placeholder={running ? trans.__('Tell the agent more…') : trans.__('Ask about your data…')}
          aria-label={trans.__('Message to the agent')}
          title={
            sendWithEnter
              ? trans.__('Enter sends, Shift+Enter begins a new line')
              : trans.__('Shift+Enter sends, Enter begins a new line')
          }
          onChange={event => session.setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
      </div>
      <div className="jp-Agent-composer-bar">
        <IconButton
          icon={attachIcon}
          label={trans.__('Attach files')}
          onClick={() => void commands.execute(CommandIDs.attachFiles)}
        />
        <AgentPicker state={state} />
        <ModelPicker state={state} />
        {steering && (
          <IconButton
            icon={sendIcon}
            label={trans.__('Tell the agent: it is taken into account at the next step')}
            onClick={() => void commands.execute(CommandIDs.send)}
          />
        )}
        {running ? (
          <IconButton
            icon={stopIcon}
            className="jp-mod-primary"
            label={state.stopping ? trans.__('Stopping…') : trans.__('Stop (Escape)')}
            disabled={state.stopping}
            onClick={() => void commands.execute(CommandIDs.stop)}
          />
        ) : (
          <IconButton
            icon={sendIcon}
            className="jp-mod-primary"
            label={trans.__('Send')}
            disabled={!canSend(state)}
            onClick={() => void commands.execute(CommandIDs.send)}
          />
        )}
      </div>
    </form>
  );
}
