/** Markdown of an answer while it grows: finished pieces are drawn once, only the last one again. */

import { memo, useCallback, useMemo, useRef } from 'react';

import type { TextBlock } from '../model/view';
import { withMarks } from '../rendering/marks';
import { referencesOf } from '../rendering/references';
import { splitMarkdown } from '../rendering/splitMarkdown';
import { useAgent } from './context';
import { drawReferences } from './references';
import { Rendered } from './rendered';

export const Answer = memo(function Answer({ block }: { readonly block: TextBlock }) {
  const { trans } = useAgent();
  // What was whole when it was first drawn is drawn whole: one document, with its reference links.
  const grew = useRef(!block.complete);
  const references = useMemo(() => referencesOf(block.text, block.evidence), [block]);
  const text = useMemo(() => withMarks(block.text, references), [block, references]);
  const onDrawn = useCallback((node: HTMLElement) => drawReferences(trans, node, references), [trans, references]);
  const pieces = grew.current ? splitMarkdown(text) : [text];
  return (
    <div className="jp-Agent-answer">
      {pieces.map((piece, index) => (
        <Rendered key={index} mimeType="text/markdown" text={piece} onDrawn={onDrawn} />
      ))}
    </div>
  );
});
