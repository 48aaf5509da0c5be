/** What became of a failed attempt's doings, and how well an attempt was protected if not fully. */

import { undoIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Attempt } from '../model/view';
import type { FileChanges, Protection } from '../types/wire';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { warningIcon } from './icons';
import { Names } from './names';

export function Undoing({ attempt }: { readonly attempt: Attempt }) {
  const { protection, rolledBack, files } = attempt;
  const failed = attempt.state === 'error' || attempt.state === 'timeout';
  return (
    <>
      {protection && <NotFullyProtected protection={protection} />}
      {rolledBack ? (
        <Undone files={files} leftOut={protection?.left_out ?? []} />
      ) : (
        failed && protection && protection.kind !== 'snapshot' && <NotUndone />
      )}
      <RestoredFiles files={files} />
      <LostFiles names={files.not_restored} />
    </>
  );
}

interface UndoneProps {
  readonly files: FileChanges;
  readonly leftOut: readonly string[];
}

function Undone({ files, leftOut }: UndoneProps) {
  const { trans } = useAgent();
  const text =
    files.not_restored.length > 0
      ? trans.__('Undone: variables are as before')
      : trans.__('Undone: variables and files are as before');
  return (
    <p className="jp-Agent-undoing">
      <undoIcon.react tag="span" aria-hidden="true" />
      <span>
        {text}
        {leftOut.length > 0 && <Names before={trans.__(', except')} names={leftOut} />}
      </span>
    </p>
  );
}

function NotUndone() {
  const { trans } = useAgent();
  return (
    <p className="jp-Agent-undoing">
      <warningIcon.react tag="span" aria-hidden="true" />
      <span>{trans.__('Not undone: what it changed before it failed is still so')}</span>
    </p>
  );
}

function RestoredFiles({ files }: { readonly files: FileChanges }) {
  const { trans } = useAgent();
  const { removed, put_back: putBack } = files;
  if (removed.length + putBack.length === 0) {
    return null;
  }
  const label = [
    removed.length > 0 ? trans._n('%1 file removed', '%1 files removed', removed.length) : '',
    putBack.length > 0 ? trans._n('%1 file put back', '%1 files put back', putBack.length) : ''
  ];
  return (
    <Disclosure label={label.filter(Boolean).join(' · ')} open={false}>
      <FileList title={trans.__('Removed')} names={removed} />
      <FileList title={trans.__('Put back')} names={putBack} />
    </Disclosure>
  );
}

interface FileListProps {
  readonly title: string;
  readonly names: readonly string[];
}

function FileList({ title, names }: FileListProps) {
  return names.length === 0 ? null : (
    <ul className="jp-Agent-files" aria-label={title}>
      {names.map(name => (
        <li key={name}>
          <span className="jp-Agent-quiet">{title}</span> <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}

function LostFiles({ names }: { readonly names: readonly string[] }) {
  const { trans } = useAgent();
  return names.length === 0 ? null : (
    <p className="jp-Agent-undoing" data-level="warning" role="note">
      <warningIcon.react tag="span" aria-hidden="true" />
      <span>
        <Names before={trans.__('Could not be put back as before:')} names={names} />
      </span>
    </p>
  );
}

function NotFullyProtected({ protection }: { readonly protection: Protection }) {
  const { trans } = useAgent();
  // A kernel that protects nothing is shown in the header, once for all.
  if (protection.kind === 'snapshot' || protection.hazards.length === 0) {
    return null;
  }
  const why = reason(trans, protection.hazards);
  return (
    <p className="jp-Agent-undoing">
      <warningIcon.react tag="span" aria-hidden="true" />
      <span>
        {protection.kind === 'none' ? (
          trans.__('Not protected: %1.', why)
        ) : (
          <>
            {trans.__('Not fully protected: %1. Copies were kept', why)}
            {protection.left_out.length > 0 && (
              <Names before={trans.__(', except')} names={protection.left_out} />
            )}
            {'.'}
          </>
        )}
      </span>
    </p>
  );
}

/** Names of libraries, or a reason in words: those have spaces in them. */
function reason(trans: TranslationBundle, hazards: readonly string[]): string {
  const libraries = hazards.filter(hazard => !hazard.includes(' '));
  const words = hazards.filter(hazard => hazard.includes(' '));
  const threads = libraries.length > 0 ? [trans.__('threads of %1', libraries.join(', '))] : [];
  return [...threads, ...words].join('; ');
}
