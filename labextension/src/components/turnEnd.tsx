/** How a turn ended: quietly when all went well, else what happened and what to do. */

import { copyIcon, downloadIcon, editIcon, refreshIcon, runIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import { leftToDo } from '../model/plan';
import type { Turn, TurnEnd } from '../model/view';
import { formatCount, formatDuration } from '../rendering/format';
import { CommandIDs } from '../tokens/commandIds';
import { Card } from './card';
import { useAgent } from './context';
import { IconButton } from './iconButton';
import { PlanEditor } from './planEditor';
import { Prose } from './prose';

interface Props {
  readonly turn: Turn;
  readonly end: TurnEnd;
  /** Only the last question can be asked again. */
  readonly last: boolean;
}

export function TurnEndView({ turn, end, last }: Props) {
  return (
    <>
      <EndMessage turn={turn} end={end} last={last} />
      <Footer turn={turn} end={end} />
    </>
  );
}

function EndMessage({ turn, end, last }: Props) {
  const { trans } = useAgent();
  const actions = last ? <Actions turn={turn} /> : null;
  switch (end.status) {
    case 'completed':
      return null;
    case 'stopped':
      return (
        <Card level="info" actions={actions}>
          {trans.__('Stopped by you. What was shown is kept.')}
        </Card>
      );
    case 'interrupted':
      return (
        <Card level="warning" actions={actions}>
          <Prose
            text={end.message || trans.__('The server ended before the answer was complete. Ask again to get one.')}
          />
        </Card>
      );
    case 'failed':
      return (
        <Card level="error" actions={actions}>
          <Prose
            text={
              end.message || trans.__("This did not work. Ask again; if it fails again, the server's log says more.")
            }
          />
        </Card>
      );
  }
}

/** A plan can be taken up again, as it is or changed. */
function Actions({ turn }: Pick<Props, 'turn'>) {
  const { commands, session, trans } = useAgent();
  const [editing, setEditing] = useState(false);
  const left = leftToDo(turn);
  if (left.length === 0) {
    return <AskAgain />;
  }
  if (editing) {
    return (
      <PlanEditor
        steps={left}
        onResume={steps => void session.resume(turn, steps)}
        onCancel={() => setEditing(false)}
      />
    );
  }
  return (
    <>
      <button type="button" className="jp-Agent-button" onClick={() => void commands.execute(CommandIDs.resume)}>
        <runIcon.react tag="span" aria-hidden="true" />
        {trans.__('Resume')}
      </button>
      <button type="button" className="jp-Agent-button" onClick={() => setEditing(true)}>
        <editIcon.react tag="span" aria-hidden="true" />
        {trans.__('Change the plan')}
      </button>
      <AskAgain />
    </>
  );
}

function AskAgain() {
  const { commands, trans } = useAgent();
  return (
    <button
      type="button"
      className="jp-Agent-button"
      onClick={() => void commands.execute(CommandIDs.askAgain)}
    >
      <refreshIcon.react tag="span" aria-hidden="true" />
      {trans.__('Ask again')}
    </button>
  );
}

function Footer({ turn, end }: Omit<Props, 'last'>) {
  const { commands, trans } = useAgent();
  const { runId } = turn;
  return (
    <div className="jp-Agent-usage">
      <span>{usageTexts(trans, turn, end).join(' · ')}</span>
      <span className="jp-Agent-actions">
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the id of this run: %1', runId)}
          onClick={() => void commands.execute(CommandIDs.copyCode, { code: runId })}
        />
        <IconButton
          icon={downloadIcon}
          label={trans.__('Download this run')}
          onClick={() => void commands.execute(CommandIDs.downloadRun, { run_id: runId })}
        />
      </span>
    </div>
  );
}

function usageTexts(trans: TranslationBundle, turn: Turn, end: TurnEnd): string[] {
  const tokens = end.usage.prompt_tokens + end.usage.completion_tokens;
  const texts = [formatDuration(trans, end.duration)];
  if (tokens > 0) {
    texts.push(trans.__('%1 tokens', formatCount(tokens)));
  }
  if (turn.model) {
    texts.push(turn.model.name);
  }
  return texts;
}
