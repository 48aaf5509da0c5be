/** Says, for as long as it is so, that code runs with all of the person's rights. It cannot be dismissed. */

import { useAgent } from './context';
import { warningIcon } from './icons';
import { Prose } from './prose';

export function Unrestricted() {
  const { trans } = useAgent();
  return (
    <div className="jp-Agent-unrestricted" role="note" aria-label={trans.__('Unrestricted kernel')}>
      <warningIcon.react tag="span" aria-hidden="true" />
      <p>
        <strong>{trans.__('Unrestricted kernel.')}</strong>{' '}
        <Prose
          text={trans.__(
            'Code can read, change and send whatever you can, and is never undone. To restrict it, remove the setting `JupyterAgent.kernel_name` and restart the server.'
          )}
        />
      </p>
    </div>
  );
}
