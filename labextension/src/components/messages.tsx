/** What the person should know now, above the composer: no model, a notice, an interruption, a refusal. */

import { closeIcon } from '@jupyterlab/ui-components';

import { lacksModel, modelNotice, type SessionState } from '../model/sessionState';
import { CommandIDs } from '../tokens/commandIds';
import { Card } from './card';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { IconButton } from './iconButton';
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
          <ModelNotice {...notice} checking={state.checkingModels} />
        )
      )}
      {state.interruption && <Interruption state={state} />}
      {state.problem && (
        <Card level="error" onDismiss={() => session.dismissProblem()}>
          <strong>{state.problem.title}</strong> <Prose text={state.problem.detail} />
        </Card>
      )}
    </div>
  );
}

interface ModelNoticeProps {
  readonly provider: string;
  readonly notice: string;
  readonly advice: string;
  readonly checking: boolean;
}

/** One line; what to do about it is there for those who ask. */
function ModelNotice({ provider, notice, advice, checking }: ModelNoticeProps) {
  const { session, trans } = useAgent();
  const dismiss = () => session.dismissNotice(notice);
  if (!advice) {
    return (
      <Card level="info" onDismiss={dismiss}>
        <Prose text={notice} />
      </Card>
    );
  }
  return (
    <div className="jp-Agent-modelNotice" role="note">
      <Disclosure
        label={provider === 'embedded' ? trans.__('%1 · get a larger one', notice) : notice}
        open={false}
        actions={<IconButton icon={closeIcon} label={trans.__('Dismiss')} onClick={dismiss} />}
      >
        <p>
          <Prose text={advice} />
        </p>
        <CheckAgain checking={checking} />
      </Disclosure>
    </div>
  );
}

function CheckAgain({ checking }: { readonly checking: boolean }) {
  const { commands, trans } = useAgent();
  return (
    <button
      type="button"
      className="jp-Agent-button"
      disabled={checking}
      onClick={() => void commands.execute(CommandIDs.checkModels)}
    >
      {checking ? trans.__('Checking…') : trans.__('Check again')}
    </button>
  );
}

function NoModel({ state }: { readonly state: SessionState }) {
  const { trans } = useAgent();
  return (
    <Card level="warning" actions={<CheckAgain checking={state.checkingModels} />}>
      <strong>{trans.__('No model can answer yet.')}</strong> <Prose text={state.models?.notice ?? ''} />
    </Card>
  );
}

function Interruption({ state }: { readonly state: SessionState }) {
  const { commands, trans } = useAgent();
  return (
    <Card
      level={state.connection === 'refused' ? 'error' : 'warning'}
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
      <Prose text={state.interruption} />
    </Card>
  );
}
