/** Markdown of an answer while it grows: finished pieces are drawn once, only the last one again. */

import { memo, useRef } from 'react';

import type { TextBlock } from '../model/view';
import { splitMarkdown } from '../rendering/splitMarkdown';
import { Rendered } from './rendered';

export const Answer = memo(function Answer({ block }: { readonly block: TextBlock }) {
  // What was whole when it was first drawn is drawn whole: one document, with its reference links.
  const grew = useRef(!block.complete);
  const pieces = grew.current ? splitMarkdown(block.text) : [block.text];
  return (
    <div className="jp-Agent-answer">
      {pieces.map((piece, index) => (
        <Rendered key={index} mimeType="text/markdown" text={piece} />
      ))}
    </div>
  );
});
