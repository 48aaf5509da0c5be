/** What a person should know before the variables are taken back. It stands in a dialog, outside the panel. */

import type { TranslationBundle } from '@jupyterlab/translation';

interface Props {
  readonly trans: TranslationBundle;
  /** What the attempt was to answer. */
  readonly question: string;
}

export function RewindWarning({ trans, question }: Props) {
  return (
    <div className="jp-Agent-warning">
      {question && <p className="jp-Agent-warning-question">{trans.__('“%1”', question)}</p>}
      <ul>
        <li>{trans.__('The variables will be what they were before this code ran.')}</li>
        <li>{trans.__('Files stay as they are.')}</li>
        <li>{trans.__('Later moments are dropped: this cannot be undone.')}</li>
      </ul>
    </div>
  );
}
