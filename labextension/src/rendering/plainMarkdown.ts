/**
 * Reads Markdown without diagrams: JupyterLab draws those before its result is made safe, and on the way a
 * diagram may load images from anywhere.
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

export function withoutDiagrams(parser: IRenderMime.IMarkdownParser): IRenderMime.IMarkdownParser {
  return { ...parser, render: text => parser.render(text.replace(DIAGRAM, '$1text')) };
}

/** Where the name stands that makes a block of code a diagram, whatever kind of space is before it. */
const DIAGRAM = /([`~]{3,}[^\S\n]*)mermaid/gi;
