/** Cuts growing Markdown into pieces of which all but the last never change again. */

/**
 * The pieces add up to `text`. A cut stands after a blank line, outside code fences and display math,
 * and only before a line that surely begins something new: no list item, no indented continuation.
 */
export function splitMarkdown(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let position = 0;
  let afterBlank = false;
  let fence: string | null = null;
  let math = false;
  for (const line of text.split('\n')) {
    if (afterBlank && fence === null && !math && BEGINS_ANEW.test(line)) {
      pieces.push(text.slice(start, position));
      start = position;
    }
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (fence !== null) {
      fence = mark !== null && mark.startsWith(fence) && line.trim() === mark ? null : fence;
    } else if (mark !== null) {
      fence = mark;
    } else if ((line.match(/\$\$/g) ?? []).length % 2 === 1) {
      math = !math;
    }
    afterBlank = line.trim() === '';
    position += line.length + 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const BEGINS_ANEW = /^[^\s\-*+\d]/;
