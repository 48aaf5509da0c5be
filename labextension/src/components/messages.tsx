/** What the person should know now, above the composer: no model, a notice, an interruption, a refusal. */

import { lacksModel, modelNotice, type SessionState } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';
import { Card } from './card';
import { useAgent } from './context';
import { Prose } from './prose';

export function Messages({ state }: { readonly state: SessionState }) {
  const { session } = useAgent();
  const notice = modelNotice(state);
  return (
    <div className="jp-Agent-messages">
      {lacksModel(state) ? (
        <NoModel state={state} />
      ) : (
        notice && (
          <Card level="info" onDismiss={() => session.dismissNotice(notice)}>
            <Prose text={notice} />
          </Card>
        )
      )}
      {state.interruption && <Interruption reason={state.interruption} />}
      {state.problem && (
        <Card level="error" onDismiss={() => session.dismissProblem()}>
          <strong>{state.problem.title}</strong> <Prose text={state.problem.detail} />
        </Card>
      )}
    </div>
  );
}

function NoModel({ state }: { readonly state: SessionState }) {
  const { commands, trans } = useAgent();
  return (
    <Card
      level="warning"
      actions={
        <button
          type="button"
          className="jp-Agent-button"
          disabled={state.checkingModels}
          onClick={() => void commands.execute(CommandIDs.checkModels)}
        >
          {state.checkingModels ? trans.__('Checking…') : trans.__('Check again')}
        </button>
      }
    >
      <strong>{trans.__('No model can answer yet.')}</strong> <Prose text={state.models?.notice ?? ''} />
    </Card>
  );
}

function Interruption({ reason }: { readonly reason: string }) {
  const { commands, trans } = useAgent();
  return (
    <Card
      level="warning"
      actions={
        <button
          type="button"
          className="jp-Agent-button"
          onClick={() => void commands.execute(CommandIDs.reconnect)}
        >
          {trans.__('Try again now')}
        </button>
      }
    >
      <Prose text={reason} />
    </Card>
  );
}
