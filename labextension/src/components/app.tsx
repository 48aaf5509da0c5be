/** The whole sidebar, top to bottom. */

import { useState, type DragEvent } from 'react';

import { isLoading, isRunning, lacksModel } from '../model/sessionState';
import { Announcer } from './announcer';
import { Composer } from './composer';
import { useAgent, useKernelSight, useSessionState } from './context';
import { EmptyState } from './emptyState';
import { Header } from './header';
import { Messages } from './messages';
import { StatusLine } from './statusLine';
import { Transcript } from './transcript';
import { Unrestricted } from './unrestricted';
import { VariablesPanel } from './variablesPanel';

export function App() {
  const { trans } = useAgent();
  const state = useSessionState();
  const sight = useKernelSight();
  const drop = useFileDrop();
  const begun = state.view.turns.length > 0 || state.pending !== null;
  return (
    <div className="jp-Agent" data-running={isRunning(state)} {...drop.handlers}>
      <Header state={state} />
      {sight.restricted === false && <Unrestricted />}
      {sight.variablesShown && <VariablesPanel sight={sight} turns={state.view.turns} />}
      {begun ? (
        <Transcript key={state.conversationId} state={state} />
      ) : isLoading(state) ? (
        <p className="jp-Agent-loading">{trans.__('Opening the conversation…')}</p>
      ) : (
        <EmptyState ready={state.models !== null && !lacksModel(state)} restricted={sight.restricted !== false} />
      )}
      <Messages state={state} />
      <Composer state={state} />
      <StatusLine state={state} />
      <Announcer state={state} />
      {drop.over && <p className="jp-Agent-dropTarget">{trans.__('Drop files to attach them')}</p>}
    </div>
  );
}

/** Files that are dragged in from outside the browser. */
function useFileDrop() {
  const { session } = useAgent();
  const [over, setOver] = useState(false);
  const handlers = {
    onDragOver: (event: DragEvent<HTMLElement>): void => {
      if (event.dataTransfer.types.includes('Files')) {
        event.preventDefault();
        setOver(true);
      }
    },
    onDragLeave: (event: DragEvent<HTMLElement>): void => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
        setOver(false);
      }
    },
    onDrop: (event: DragEvent<HTMLElement>): void => {
      setOver(false);
      const files = [...event.dataTransfer.files];
      if (files.length > 0) {
        event.preventDefault();
        session.attach(files);
      }
    }
  };
  return { over, handlers };
}
