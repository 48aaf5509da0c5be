/** One attempt: its code, what came out, and how it ended. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { memo } from 'react';

import type { Place } from '../model/kernelSight';
import { isOpen } from '../model/reduce';
import type { Attempt, AttemptState } from '../model/view';
import { CodeBlock } from './codeBlock';
import { useAgent, usePreferences } from './context';
import { Disclosure } from './disclosure';
import { FailureCard } from './failureCard';
import { OutputList } from './outputs';
import { RefusalList } from './refusalList';
import { ResultLine } from './resultLine';
import { RewindButton } from './rewindButton';
import { Undoing } from './undoing';

interface Props {
  readonly attempt: Attempt;
  readonly runId: string;
  readonly step: number;
  /** How many attempts the step has had so far. */
  readonly of: number;
  /** A later attempt succeeded: this one is folded away. */
  readonly superseded: boolean;
}

export const AttemptView = memo(function AttemptView({ attempt, runId, step, of, superseded }: Props) {
  const { trans } = useAgent();
  const number = trans.__('Attempt %1 of %2', attempt.number, of);
  const place = { run_id: runId, step, attempt: attempt.number };
  if (superseded) {
    const reason = attempt.failure?.name ?? endText(trans, attempt.state);
    return (
      <Disclosure
        className="jp-Agent-attempt"
        open={false}
        label={
          <>
            {number}
            {reason && <span className="jp-Agent-attempt-reason"> {reason}</span>}
            {attempt.rolledBack && <span className="jp-Agent-attempt-end"> {trans.__('undone')}</span>}
          </>
        }
      >
        <Body attempt={attempt} place={place} label={trans.__('Code')} />
      </Disclosure>
    );
  }
  return (
    <div className="jp-Agent-attempt">
      <Body attempt={attempt} place={place} label={of > 1 ? number : trans.__('Code')} />
    </div>
  );
});

interface BodyProps {
  readonly attempt: Attempt;
  readonly place: Place;
  readonly label: string;
}

function Body({ attempt, place, label }: BodyProps) {
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
      {attempt.said && <p className="jp-Agent-quiet">{trans.__('Said instead of code: %1', attempt.said)}</p>}
      {attempt.code && (
        <div>
          <CodeBlock label={label} code={attempt.code} open={showCode || isOpen(attempt)}>
            <RewindButton place={place} />
          </CodeBlock>
          <ResultLine attempt={attempt} />
        </div>
      )}
      {outputs.length > 0 && (
        <div className="jp-Agent-outputs">
          <OutputList outputs={outputs} />
        </div>
      )}
      <RefusalList refusals={attempt.refusals} />
      {failure && <FailureCard failure={failure} attempt={attempt} />}
      {end && <p className="jp-Agent-quiet">{end}</p>}
      {attempt.note && <p className="jp-Agent-quiet">{attempt.note}</p>}
      <Undoing attempt={attempt} />
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
