/** What code can read: before the first question with a way to change it, afterwards as the server settled it. */

import { closeIcon, folderIcon } from '@jupyterlab/ui-components';
import { useSyncExternalStore, type ReactNode } from 'react';

import type { SessionState } from '../model/sessionState';
import { useAgent, useKernelSight, usePreferences } from './context';
import { IconButton } from './iconButton';

export function FolderLine({ state }: { readonly state: SessionState }) {
  const { restricted } = useKernelSight();
  if (restricted === false) {
    // Such code reads whatever the person can, as is said in red above.
    return null;
  }
  return state.conversationId === null ? <BeforeItBegins /> : <Settled asked={isAsked(state)} />;
}

function isAsked({ view, pending }: SessionState): boolean {
  return view.turns.length > 0 || pending !== null;
}

function BeforeItBegins() {
  const { folder, trans } = useAgent();
  usePreferences();
  const wanted = useSyncExternalStore(
    listener => {
      folder.changed.connect(listener);
      return () => folder.changed.disconnect(listener);
    },
    () => [folder.place, folder.wanted, folder.readable?.folder_note].join('\n')
  );
  const { readable } = folder;
  if (folder.place === null || readable === null || wanted === '') {
    return null;
  }
  if (readable.folder === null) {
    return <Line>{readable.folder_note}</Line>;
  }
  if (!folder.wanted) {
    return (
      <Line
        action={
          <button type="button" className="jp-Agent-link" onClick={() => folder.want(true)}>
            {trans.__('Let it read %1', readable.folder)}
          </button>
        }
      >
        {trans.__('Can read: attached files only')}
      </Line>
    );
  }
  return (
    <Line
      title={readable.folder_note}
      action={
        <IconButton
          icon={closeIcon}
          label={trans.__('Do not let code read %1', readable.folder)}
          onClick={() => folder.want(false)}
        />
      }
    >
      {trans.__('Can read: %1', readable.folder)}
    </Line>
  );
}

/** Until something was asked, the folder can still be left out: a file that was attached has begun the conversation. */
function Settled({ asked }: { readonly asked: boolean }) {
  const { kernel, trans } = useAgent();
  const { readable } = useKernelSight();
  if (!readable?.folder || asked) {
    return readable && <Line>{readable.folder_note}</Line>;
  }
  return (
    <Line
      title={readable.folder_note}
      action={
        <IconButton
          icon={closeIcon}
          label={trans.__('Do not let code read %1', readable.folder)}
          onClick={() => void kernel.leaveFolder()}
        />
      }
    >
      {trans.__('Can read: %1', readable.folder)}
    </Line>
  );
}

interface LineProps {
  readonly children: ReactNode;
  readonly title?: string;
  readonly action?: ReactNode;
}

function Line({ children, title, action }: LineProps) {
  return (
    <p className="jp-Agent-folder" title={title}>
      <folderIcon.react tag="span" aria-hidden="true" />
      <span className="jp-Agent-folder-text">{children}</span>
      {action}
    </p>
  );
}
