/** A variable in a line or two: name, type, shape, size and the beginning of its content; the rest on demand. */

import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { memo, useId, useState } from 'react';

import { formatShape, formatSize } from '../rendering/format';
import type { Variable } from '../types/wire';

export const VariableItem = memo(function VariableItem({ variable }: { readonly variable: Variable }) {
  const { name, type, shape, size, summary } = variable;
  const [open, setOpen] = useState(false);
  const id = useId();
  const caret = open ? caretDownIcon : caretRightIcon;
  return (
    <li className="jp-Agent-variable">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        title={type}
        onClick={() => setOpen(!open)}
      >
        <caret.react tag="span" aria-hidden="true" />
        <span className="jp-Agent-variable-line">
          <code>{name}</code>
          <span className="jp-Agent-variable-type">{[shortType(type), formatShape(shape)].filter(Boolean).join(' ')}</span>
          {size !== null && <span className="jp-Agent-variable-size">{formatSize(size)}</span>}
        </span>
        {!open && summary && (
          <span className="jp-Agent-variable-preview">{summary.split('\n').filter(Boolean).join(' · ')}</span>
        )}
      </button>
      <div id={id} hidden={!open}>
        {open && (
          <>
            <p className="jp-Agent-quiet">{type}</p>
            {summary && (
              <pre className="jp-Agent-stream" tabIndex={0}>
                {summary}
              </pre>
            )}
          </>
        )}
      </div>
    </li>
  );
});

/** `pandas.core.frame.DataFrame` → `DataFrame`; the whole of it is shown on demand. */
function shortType(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
