/** Names of variables or files in a sentence: the first ones, and how many more there are. */

import { Fragment } from 'react';

import { useAgent } from './context';

interface Props {
  readonly names: readonly string[];
  /** A word that stands before them. */
  readonly before?: string;
}

/** So many stand in a sentence; all of them in its tip. */
const MOST = 5;

export function Names({ names, before = '' }: Props) {
  const { trans } = useAgent();
  // The last of one too many takes no less room than the words that it is left out.
  const shown = names.length > MOST + 1 ? names.slice(0, MOST) : names;
  const left = names.length - shown.length;
  return (
    <span className="jp-Agent-names" title={left > 0 ? names.join(', ') : undefined}>
      {before && `${before} `}
      {shown.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <code>{name}</code>
        </Fragment>
      ))}
      {left > 0 && ` ${trans._n('and %1 more', 'and %1 more', left)}`}
    </span>
  );
}
