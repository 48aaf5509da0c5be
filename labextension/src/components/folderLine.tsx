/** What code can read: before the first question with a way to change it, afterwards as the server settled it. */

import { closeIcon, folderIcon } from '@jupyterlab/ui-components';
import { useSyncExternalStore, type ReactNode } from 'react';

import type { SessionState } from '../model/sessionState';
import type { IStartFolder } from '../tokens/folder';
import { useAgent, useKernelSight, usePreferences } from './context';
import { IconButton } from './iconButton';

export function FolderLine({ state }: { readonly state: SessionState }) {
  const { restricted } = useKernelSight();
  if (restricted === false) {
    // Such code reads whatever the person can, as is said in red above.
    return null;
  }
  return state.conversationId === null ? <BeforeItBegins asked={isAsked(state)} /> : <Settled asked={isAsked(state)} />;
}

function isAsked({ view, pending }: SessionState): boolean {
  return view.turns.length > 0 || pending !== null;
}

function BeforeItBegins({ asked }: { readonly asked: boolean }) {
  const folder = useStartFolder();
  const { readable } = folder;
  if (folder.place === null || readable === null) {
    return null;
  }
  if (readable.folder === null) {
    return <Line>{readable.folder_note}</Line>;
  }
  return folder.wanted ? (
    <Open
      name={readable.folder}
      note={readable.folder_note}
      disabled={asked}
      onLeave={() => folder.want(false)}
    />
  ) : (
    <LeftOut name={readable.folder} disabled={asked} onOpen={() => folder.want(true)} />
  );
}

/** Until something was asked, it can still be changed: a file that was attached has begun the conversation. */
function Settled({ asked }: { readonly asked: boolean }) {
  const { kernel } = useAgent();
  const { readable, choosing } = useKernelSight();
  const { place, readable: here } = useStartFolder();
  if (!readable) {
    return null;
  }
  if (!asked && readable.folder !== null) {
    return (
      <Open
        name={readable.folder}
        note={readable.folder_note}
        disabled={choosing}
        onLeave={() => void kernel.chooseFolder(null)}
      />
    );
  }
  if (!asked && place !== null && here?.folder) {
    return <LeftOut name={here.folder} disabled={choosing} onOpen={() => void kernel.chooseFolder(place)} />;
  }
  return (
    <Line title={readable.folder_note} calm>
      {readable.folder_note}
    </Line>
  );
}

interface OpenProps {
  readonly name: string;
  readonly note: string;
  readonly disabled: boolean;
  readonly onLeave: () => void;
}

function Open({ name, note, disabled, onLeave }: OpenProps) {
  const { trans } = useAgent();
  return (
    <Line
      title={note}
      action={
        <IconButton
          icon={closeIcon}
          label={trans.__('Do not let code read %1', name)}
          disabled={disabled}
          onClick={onLeave}
        />
      }
    >
      {trans.__('Can read: %1', name)}
    </Line>
  );
}

interface LeftOutProps {
  readonly name: string;
  readonly disabled: boolean;
  readonly onOpen: () => void;
}

function LeftOut({ name, disabled, onOpen }: LeftOutProps) {
  const { trans } = useAgent();
  return (
    <Line
      action={
        <button type="button" className="jp-Agent-link" disabled={disabled} onClick={onOpen}>
          {trans.__('Let it read %1', name)}
        </button>
      }
    >
      {trans.__('Can read: attached files only')}
    </Line>
  );
}

/** Where the person works, drawn again when that changes. */
function useStartFolder(): IStartFolder {
  const { folder } = useAgent();
  usePreferences();
  useSyncExternalStore(
    listener => {
      folder.changed.connect(listener);
      return () => folder.changed.disconnect(listener);
    },
    () => [folder.place, folder.wanted, folder.readable?.folder_note].join('\n')
  );
  return folder;
}

interface LineProps {
  readonly children: ReactNode;
  readonly title?: string;
  readonly action?: ReactNode;
  /** It stays for the whole conversation: one line, whatever it says; the tip has all of it. */
  readonly calm?: boolean;
}

function Line({ children, title, action, calm = false }: LineProps) {
  return (
    <p className="jp-Agent-folder" data-calm={calm} title={title}>
      <folderIcon.react tag="span" aria-hidden="true" />
      <span className="jp-Agent-folder-text">{children}</span>
      {action}
    </p>
  );
}
