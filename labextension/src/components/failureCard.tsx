/** Why an attempt failed: the error in one line, the line of code, and what to make of it. */

import type { Attempt } from '../model/view';
import type { Failure } from '../types/wire';
import { useAgent } from './context';
import { Traceback } from './outputs';

interface Props {
  readonly failure: Failure;
  readonly attempt: Attempt;
}

export function FailureCard({ failure, attempt }: Props) {
  const { trans } = useAgent();
  const line = failure.line === null ? undefined : attempt.code.split('\n')[failure.line - 1];
  const raised = attempt.outputs.findLast(output => output.kind === 'error');
  return (
    <div className="jp-Agent-failure">
      {failure.error_class === 'restricted' && attempt.refusals.length === 0 && (
        <p className="jp-Agent-failure-cause">{trans.__('The restricted kernel does not allow this.')}</p>
      )}
      <p className="jp-Agent-failure-message">
        <strong>{failure.name}</strong>
        {failure.message && `: ${failure.message}`}
      </p>
      {line !== undefined && line.trim() !== '' && (
        <p className="jp-Agent-failure-line">
          <span className="jp-Agent-quiet">{trans.__('Line %1', failure.line)}</span>
          <code>{line.trim()}</code>
        </p>
      )}
      {failure.advice && <p className="jp-Agent-quiet">{failure.advice}</p>}
      <Traceback text={raised?.traceback ?? ''} />
    </div>
  );
}
