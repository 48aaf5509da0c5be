/**
 * Places in Markdown that are found again in what it was drawn as.
 *
 * Before it is drawn, a character of Unicode's private use area stands at each place: to Markdown and to the
 * sanitiser it is a letter like any other, in bold, tables, lists, code and links alike. Afterwards an element
 * takes its place.
 */

import { removeMath } from '@jupyterlab/rendermime';

export interface Place {
  /** Where something is shown, in UTF-16 units. */
  readonly at: number;
  /** Where the text begins that it is about, if that is to be wrapped. */
  readonly from?: number;
}

/** Markdown with a character at each place. Such characters of its own would be taken for places: they are replaced. */
export function withMarks(markdown: string, places: readonly Place[]): string {
  const text = markdown.replace(ALL_MARKS, '\ufffd');
  if (2 * places.length > MOST) {
    return text;
  }
  const inserted = places.flatMap(({ at, from }, number) => {
    const end = { at: endOfUnit(text, at), mark: markOf(number, true) };
    return from === undefined ? [end] : [{ at: from, mark: markOf(number, false) }, end];
  });
  const marked = inserted
    .sort((first, second) => second.at - first.at || (second.mark < first.mark ? -1 : 1))
    .reduce((done, { at, mark }) => done.slice(0, at) + mark + done.slice(at), text);
  return outOfFormulas(marked);
}

/** Put an element at each place; `wrap` makes the one around the text of a place that has some. */
export function placeElements(
  root: HTMLElement,
  element: (place: number) => HTMLElement,
  wrap: (place: number) => HTMLElement
): void {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (MARK.test(node.data)) {
      found.push(node);
    }
  }
  for (const node of found) {
    // A link would be followed instead, and code is drawn in a frame of its own.
    const outside = node.parentElement?.closest('a, :not(pre) > code');
    const drawn = root.ownerDocument.createDocumentFragment();
    let open: Node = drawn;
    for (const part of node.data.split(MARKS)) {
      const code = MARK.test(part) ? part.charCodeAt(0) - FIRST : null;
      if (code === null) {
        open.appendChild(root.ownerDocument.createTextNode(part));
      } else if (code % 2 === 0) {
        open = drawn.appendChild(wrap(code / 2));
      } else {
        open = drawn;
        const placed = element((code - 1) / 2);
        if (outside) {
          outside.after(placed);
        } else {
          drawn.appendChild(placed);
        }
      }
    }
    node.replaceWith(drawn);
  }
}

const FIRST = 0xe000;
const MOST = 6400;
const MARK = /[\ue000-\uf8ff]/;
const MARKS = /([\ue000-\uf8ff])/;
const ALL_MARKS = /[\ue000-\uf8ff]/g;
const UNIT = /[\p{L}\p{N}°%‰²³]*/uy;

function markOf(place: number, end: boolean): string {
  return String.fromCharCode(FIRST + 2 * place + (end ? 1 : 0));
}

/** `12kg` stays in one piece. */
function endOfUnit(text: string, at: number): number {
  UNIT.lastIndex = at;
  return at + (UNIT.exec(text)?.[0].length ?? 0);
}

/** Formulas are drawn by themselves: what is marked in one is marked at the end of its line. */
function outOfFormulas(marked: string): string {
  const formulas = removeMath(marked).math.join('');
  return formulas.split('').reduce((text, mark) => {
    if (!MARK.test(mark)) {
      return text;
    }
    const isStart = (mark.charCodeAt(0) - FIRST) % 2 === 0;
    const begun = isStart ? text : text.replace(String.fromCharCode(mark.charCodeAt(0) - 1), '');
    const at = begun.indexOf(mark);
    const without = begun.slice(0, at) + begun.slice(at + 1);
    const end = without.indexOf('\n', at);
    const line = end < 0 ? without.length : end;
    const moved = without.slice(0, line) + mark + without.slice(line);
    return isStart || removeMath(moved).math.join('').includes(mark) ? without : moved;
  }, marked);
}
