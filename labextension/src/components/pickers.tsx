/** How to work on a question, and which model answers it. */

import { possibleAgent, type SessionState } from '../model/sessionState';
import { formatCount, formatSize } from '../rendering/format';
import type { AgentType } from '../types/shapes';
import type { ModelDescription } from '../types/wire';
import { useAgent, usePreferences } from './context';

interface Props {
  readonly state: SessionState;
}

export function AgentPicker({ state }: Props) {
  const { session, trans } = useAgent();
  const { agentType } = usePreferences();
  const choices: readonly (readonly [AgentType, string, string])[] = [
    ['auto', trans.__('Auto'), trans.__('The model decides how to work on the question')],
    ['chat', trans.__('Chat'), trans.__('Answer from what the model knows, without running code')],
    ['react', trans.__('Analyse'), trans.__('Write and run code on the attached files')],
    [
      'plan_execute',
      trans.__('Plan and analyse'),
      trans.__('Plan first, then write and run code: for several steps, several files, a report')
    ]
  ];
  const possible = choices.filter(([type]) => state.models?.agent_types.includes(type) ?? true);
  const value = possibleAgent(state, state.agentType ?? agentType);
  return (
    <select
      className="jp-Agent-picker"
      aria-label={trans.__('How to work')}
      title={choices.find(([type]) => type === value)?.[2]}
      value={value}
      onChange={event => session.chooseAgent(event.target.value as AgentType)}
    >
      {possible.map(([type, label]) => (
        <option key={type} value={type}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Lists what is installed, and nothing else; the empty value is what the server would use. */
export function ModelPicker({ state }: Props) {
  const { session, trans } = useAgent();
  const installed = state.models?.models ?? [];
  const known = state.model === null || installed.some(model => model.name === state.model);
  if (state.models === null || (installed.length === 0 && known)) {
    return null;
  }
  const chosen = installed.find(model => model.name === (state.model ?? state.models?.model));
  return (
    <select
      className="jp-Agent-picker jp-mod-model"
      aria-label={trans.__('Model')}
      title={chosen && abilities(chosen)}
      value={state.model ?? ''}
      onChange={event => session.chooseModel(event.target.value || null)}
    >
      <option value="">{trans.__('%1 (default)', state.models.model || trans.__('No model'))}</option>
      {!known && <option value={state.model ?? ''}>{trans.__('%1 (not installed)', state.model ?? '')}</option>}
      {installed
        .filter(model => model.name !== state.models?.model)
        .map(model => (
          <option key={model.name} value={model.name} title={abilities(model)}>
            {model.name}
          </option>
        ))}
    </select>
  );

  function abilities(model: ModelDescription): string {
    return [
      model.provider,
      model.size > 0 ? formatSize(model.size) : '',
      model.context_length === null ? '' : trans.__('%1 tokens of context', formatCount(model.context_length)),
      model.capabilities.join(', ')
    ]
      .filter(Boolean)
      .join(' · ');
  }
}
