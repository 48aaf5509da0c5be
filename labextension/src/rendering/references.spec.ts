/** What a sentence has from one step is shown once; what is in doubt is shown each time, in its place. */

import { expect, it } from 'vitest';

import { evidenceOf } from '../testing/events';
import { referencesOf } from './references';

const TEXT = '🐼 15 and 30, not 99, but 45. Then 60.';
const fifteen = evidenceOf(TEXT, '15');
const thirty = evidenceOf(TEXT, '30');
const ninetyNine = evidenceOf(TEXT, '99', { source: 'none', step: null, derivation: 'unsupported' });
const sixty = evidenceOf(TEXT, '60', { sentence: 1 });

function shown(...evidence: readonly (typeof fifteen)[]): string[] {
  return referencesOf(TEXT, evidence).map(({ at, from }) => TEXT.slice(from ?? 0, at));
}

it('counts characters as Python does', () => {
  expect(fifteen.start).toBe(2);
  expect(shown(fifteen)).toEqual(['🐼 15']);
});

it('refers to a step once in a sentence, behind its last number', () => {
  const step = evidenceOf(TEXT, '45', { step: 2 });
  expect(shown(fifteen, thirty, ninetyNine, step, sixty)).toEqual([
    '🐼 15 and 30',
    '99',
    '🐼 15 and 30, not 99, but 45',
    '🐼 15 and 30, not 99, but 45. Then 60'
  ]);
});

it('tells steps that take turns apart', () => {
  const other = evidenceOf(TEXT, '30', { step: 2 });
  expect(shown(fifteen, other, evidenceOf(TEXT, '45'))).toHaveLength(3);
});
