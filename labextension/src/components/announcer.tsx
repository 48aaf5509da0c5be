/** Tells a screen reader the few things worth interrupting for; everything else is there to be read. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { SessionState } from '../model/sessionState';
import type { Turn } from '../model/view';
import { useAgent } from './context';

export function Announcer({ state }: { readonly state: SessionState }) {
  const { trans } = useAgent();
  const turn = state.view.turns.at(-1);
  return (
    <p className="jp-Agent-announcer" aria-live="polite">
      {turn ? announcement(trans, turn) : ''}
    </p>
  );
}

function announcement(trans: TranslationBundle, turn: Turn): string {
  if (turn.rewinds.length > 0) {
    return trans.__('The variables were taken back.');
  }
  switch (turn.end?.status) {
    case undefined:
      return turn.activity?.text ?? '';
    case 'completed':
      return trans.__('The answer is complete.');
    case 'failed':
      return trans.__('The question was not answered.');
    case 'stopped':
      return trans.__('Stopped.');
    case 'interrupted':
      return trans.__('The answer was interrupted.');
  }
}
