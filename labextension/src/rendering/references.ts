/** What is shown of an answer's evidence: a reference for what a sentence has from one step, a sign for each doubt. */

import type { Evidence } from '../types/wire';
import type { Place } from './marks';

/** Some evidence that is shown in one place. */
export interface Reference extends Place {
  readonly evidence: readonly Evidence[];
  readonly inDoubt: boolean;
}

/** In the order of the text. What a sentence has from one step is shown once, behind the last of it. */
export function referencesOf(text: string, evidence: readonly Evidence[]): readonly Reference[] {
  const unit = utf16(text);
  const references: Reference[] = [];
  let open: number | null = null;
  for (const one of evidence) {
    const at = unit(one.end);
    if (one.source === 'none') {
      references.push({ at, from: unit(one.start), evidence: [one], inDoubt: true });
      continue;
    }
    const last: Reference | undefined = open === null ? undefined : references[open];
    if (open !== null && last && isSame(last.evidence[0], one)) {
      references[open] = { ...last, at, evidence: [...last.evidence, one] };
    } else {
      open = references.push({ at, evidence: [one], inDoubt: false }) - 1;
    }
  }
  return references;
}

function isSame(first: Evidence | undefined, second: Evidence): boolean {
  return first?.sentence === second.sentence && first.source === second.source && first.step === second.step;
}

/** Places are counted in characters; JavaScript's strings count UTF-16 units. */
function utf16(text: string): (characters: number) => number {
  const starts: number[] = [];
  let units = 0;
  for (const character of text) {
    starts.push(units);
    units += character.length;
  }
  return characters => starts[characters] ?? units;
}
