/** How a step stands, as a small picture with a name. */

import { checkIcon, circleEmptyIcon, closeIcon, stopIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlanStepState } from '../model/view';
import { useAgent } from './context';
import { leftOutIcon } from './icons';

export function StateIcon({ state }: { readonly state: PlanStepState }) {
  const { trans } = useAgent();
  const label = stateText(trans, state);
  const icon = state === 'running' ? null : ICONS[state];
  return (
    <span className="jp-Agent-state" data-state={state} role="img" aria-label={label} title={label}>
      {icon ? <icon.react tag="span" /> : <span className="jp-Agent-spinner" />}
    </span>
  );
}

const ICONS = {
  waiting: circleEmptyIcon,
  succeeded: checkIcon,
  failed: closeIcon,
  unfinished: stopIcon,
  'left-out': leftOutIcon
};

function stateText(trans: TranslationBundle, state: PlanStepState): string {
  switch (state) {
    case 'waiting':
      return trans.__('Not begun');
    case 'running':
      return trans.__('Working');
    case 'succeeded':
      return trans.__('Done');
    case 'failed':
      return trans.__('Failed');
    case 'unfinished':
      return trans.__('Not finished');
    case 'left-out':
      return trans.__('Left out');
  }
}
