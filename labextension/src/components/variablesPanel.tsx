/** What the conversation's kernel holds: the variables, and the moments that they can be taken back to. */

import { closeIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { KernelSight } from '../model/kernelSight';
import type { Turn } from '../model/view';
import { CommandIDs } from '../tokens/commandIds';
import { useAgent } from './context';
import { IconButton } from './iconButton';
import { MomentList } from './momentList';
import { ProfileChoice } from './profileChoice';
import { Prose } from './prose';
import { VariableItem } from './variableItem';

interface Props {
  readonly sight: KernelSight;
  readonly turns: readonly Turn[];
}

export function VariablesPanel({ sight, turns }: Props) {
  const { commands, trans } = useAgent();
  const { phase, view, looking, problem } = sight;
  const variables = view?.variables ?? [];
  const text = stateText(trans, sight);
  return (
    <section className="jp-Agent-variables" aria-label={trans.__('Variables')} aria-busy={looking}>
      <header className="jp-Agent-variables-head">
        <h2>{trans.__('Variables')}</h2>
        {variables.length > 0 && <span className="jp-Agent-quiet">{variables.length}</span>}
        <IconButton
          icon={refreshIcon}
          label={trans.__('Look again')}
          disabled={looking || phase === 'busy' || phase === 'not-started'}
          onClick={() => void commands.execute(CommandIDs.refreshVariables)}
        />
        <IconButton
          icon={closeIcon}
          label={trans.__('Hide the variables')}
          onClick={() => void commands.execute(CommandIDs.toggleVariables)}
        />
      </header>
      <div className="jp-Agent-variables-body">
        {text && <p className="jp-Agent-quiet">{text}</p>}
        {problem && (
          <p className="jp-Agent-variables-problem" role="alert">
            <Prose text={`${problem.title} ${problem.detail}`.trim()} />
          </p>
        )}
        {variables.length > 0 && (
          <ul className="jp-Agent-variables-list" data-stale={phase !== 'idle'}>
            {variables.map(variable => (
              <VariableItem key={variable.name} variable={variable} />
            ))}
          </ul>
        )}
        {view && <MomentList moments={view.moments} turns={turns} enabled={phase === 'idle'} />}
      </div>
      <ProfileChoice sight={sight} />
    </section>
  );
}

/** Empty when the variables speak for themselves. */
function stateText(trans: TranslationBundle, { phase, view, problem }: KernelSight): string {
  switch (phase) {
    case 'unknown':
      return problem ? '' : trans.__('Looking…');
    case 'not-started':
      return trans.__('No kernel yet: it starts when the first code runs.');
    case 'busy':
      return trans.__('Busy: the variables are read again when the answer is complete.');
    case 'idle':
      return view?.variables.length === 0 ? trans.__('No variables.') : '';
  }
}
