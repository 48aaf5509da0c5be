/** One quiet line: whether the server is there, and which model answers. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { lacksModel, type SessionState } from '../model/sessionState';
import { useAgent, useKernelSight } from './context';

export function StatusLine({ state }: { readonly state: SessionState }) {
  const { trans } = useAgent();
  const { profile } = useKernelSight();
  const { level, text: model } = status(trans, state);
  const text = level === 'ok' && profile === 'parallel' ? trans.__('%1 · code can start processes', model) : model;
  return (
    <p className="jp-Agent-status" data-level={level} role="status">
      <span className="jp-Agent-status-dot" aria-hidden="true" />
      <span className="jp-Agent-status-text" title={text}>
        {text}
      </span>
    </p>
  );
}

interface Status {
  readonly level: 'ok' | 'busy' | 'warning' | 'error';
  readonly text: string;
}

function status(trans: TranslationBundle, state: SessionState): Status {
  if (state.connection === 'lost') {
    // Why, if that is known, is said above.
    const text = state.interruption ? trans.__('Trying again…') : trans.__('Connection lost, trying again…');
    return { level: 'warning', text };
  }
  if (state.connection === 'refused') {
    return { level: 'error', text: trans.__('Not connected') };
  }
  if (state.models === null) {
    return { level: 'busy', text: trans.__('Looking for a model…') };
  }
  if (lacksModel(state)) {
    return { level: 'error', text: trans.__('No model can answer yet') };
  }
  const chosen = state.models.models.find(model => model.name === state.model);
  if (state.model !== null && !chosen) {
    return { level: 'warning', text: trans.__('%1 is not installed any more: choose another model', state.model) };
  }
  const provider = chosen?.provider ?? state.models.provider;
  return {
    level: 'ok',
    text: trans.__('%1 · %2', state.model ?? state.models.model, providerName(trans, provider))
  };
}

function providerName(trans: TranslationBundle, provider: string): string {
  switch (provider) {
    case 'ollama':
      return 'Ollama';
    case 'embedded':
      return trans.__('embedded model');
    default:
      return provider;
  }
}
