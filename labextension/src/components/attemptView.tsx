/** One attempt: its code, what came out, and how it ended. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { memo } from 'react';

import { isOpen } from '../model/reduce';
import type { Attempt, AttemptState } from '../model/view';
import { formatDuration } from '../rendering/format';
import { CodeBlock } from './codeBlock';
import { useAgent, usePreferences } from './context';
import { Disclosure } from './disclosure';
import { FailureCard } from './failureCard';
import { OutputList } from './outputs';

interface Props {
  readonly attempt: Attempt;
  /** How many attempts the step has had so far. */
  readonly of: number;
  /** A later attempt succeeded: this one is folded away. */
  readonly superseded: boolean;
}

export const AttemptView = memo(function AttemptView({ attempt, of, superseded }: Props) {
  const { trans } = useAgent();
  const number = trans.__('Attempt %1 of %2', attempt.number, of);
  if (superseded) {
    const reason = attempt.failure?.name ?? endText(trans, attempt.state);
    return (
      <Disclosure
        className="jp-Agent-attempt"
        open={false}
        label={
          <>
            {number}
            {reason && <span className="jp-Agent-attempt-reason">{reason}</span>}
          </>
        }
      >
        <Body attempt={attempt} label={trans.__('Code')} />
      </Disclosure>
    );
  }
  const label = [
    of > 1 ? number : trans.__('Code'),
    attempt.duration === null ? '' : trans.__('ran %1', formatDuration(trans, attempt.duration))
  ];
  return (
    <div className="jp-Agent-attempt">
      <Body attempt={attempt} label={label.filter(Boolean).join(' · ')} />
    </div>
  );
});

function Body({ attempt, label }: { readonly attempt: Attempt; readonly label: string }) {
  const { trans } = useAgent();
  const { showCode } = usePreferences();
  const { failure } = attempt;
  const outputs = failure ? attempt.outputs.filter(output => output.kind !== 'error') : attempt.outputs;
  const end = failure ? '' : endText(trans, attempt.state);
  return (
    <>
      {attempt.problems.map((problem, index) => (
        <p key={index} className="jp-Agent-review">
          {trans.__('Reviewed and rewritten: %1', problem)}
        </p>
      ))}
      {attempt.code && <CodeBlock label={label} code={attempt.code} open={showCode || isOpen(attempt)} />}
      {outputs.length > 0 && (
        <div className="jp-Agent-outputs">
          <OutputList outputs={outputs} />
        </div>
      )}
      {failure && <FailureCard failure={failure} attempt={attempt} />}
      {end && <p className="jp-Agent-quiet">{end}</p>}
      {attempt.note && <p className="jp-Agent-quiet">{attempt.note}</p>}
    </>
  );
}

/** How an attempt ended that has no failure to show; empty when all is well or the turn's end says it. */
function endText(trans: TranslationBundle, state: AttemptState): string {
  switch (state) {
    case 'writing':
    case 'rewriting':
    case 'running':
    case 'ok':
    case 'stopped':
    case 'unfinished':
      return '';
    case 'error':
      return trans.__('The code failed.');
    case 'timeout':
      return trans.__('The code took too long and was stopped.');
    case 'died':
      return trans.__('The kernel ended while the code ran.');
    case 'rejected':
      return trans.__('The code was not run: a check found a mistake in it.');
  }
}
