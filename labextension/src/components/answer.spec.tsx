/** The references of an answer: where they stand, what they say, and where they lead. */

import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { reduce } from '../model/reduce';
import { INITIAL_STATE } from '../model/sessionState';
import { EMPTY_VIEW } from '../model/view';
import {
  answer,
  answerDelta,
  attemptFinished,
  attemptStarted,
  EventLog,
  evidenceOf,
  printed,
  runFinished,
  runStarted,
  stepFinished,
  stepStarted
} from '../testing/events';
import { renderAgent, type RenderedAgent } from '../testing/renderAgent';
import type { EventBody } from '../types/shapes';
import type { Evidence } from '../types/wire';
import { Transcript } from './transcript';

const WORK: readonly EventBody[] = [
  stepStarted(1, 'Count the rows'),
  attemptStarted('print(57)'),
  printed('57'),
  attemptFinished(),
  stepFinished()
];

async function answered(text: string, ...evidence: Evidence[]): Promise<RenderedAgent> {
  const log = new EventLog();
  log.add('r0', runStarted('Before?'), answer('It was 8.'), runFinished());
  log.add('r1', runStarted('Above 25?'), ...WORK, answerDelta(text), answer(text, evidence), runFinished());
  const view = log.events.reduce(reduce, EMPTY_VIEW);
  const agent = renderAgent(<Transcript state={{ ...INITIAL_STATE, conversationId: 'c1', view }} />);
  await act(() => new Promise(resolve => setTimeout(resolve, 50)));
  return agent;
}

const answers = (): HTMLElement => document.querySelectorAll<HTMLElement>('.jp-Agent-answer')[1] as HTMLElement;

it('leads from a number to the card of its step, with the focus', async () => {
  const text = '🐼 There are 57 rows.';
  const scroll = vi.fn();
  Element.prototype.scrollIntoView = scroll;
  await answered(text, evidenceOf(text, '57', { derivation: 'rounded', line: 'rows 57.1' }));
  expect(answers().textContent).toBe('🐼 There are 571 rows.');
  const reference = within(answers()).getByRole('button', { name: 'Step 1: Count the rows' });
  expect(reference.parentElement?.previousSibling?.textContent).toBe('🐼 There are 57');
  expect(reference.title).toBe('Step 1: Count the rows\nRounded, from: rows 57.1');
  fireEvent.click(reference);
  const card = screen.getByRole('region', { name: 'Step 1: Count the rows' });
  expect(document.activeElement).toBe(card);
  expect(card.classList).toContain('jp-mod-lookedAt');
  expect(scroll).toHaveBeenCalled();
});

it('marks a number that no output shows, and says so', async () => {
  const text = 'There are 99 rows, maybe 57.';
  const none = { source: 'none', step: null, attempt: null } as const;
  await answered(
    text,
    evidenceOf(text, '99', { ...none, derivation: 'unsupported', line: '' }),
    evidenceOf(text, '57', { ...none, derivation: 'by-chance', line: '12 57' })
  );
  const numbers = [...answers().querySelectorAll('.jp-Agent-doubt')].map(number => number.textContent);
  expect(numbers).toEqual(['99', '57']);
  expect(within(answers()).getByRole('img', { name: 'No output shows this number.' })).toBeDefined();
  expect(within(answers()).getByRole('img', { name: /^Maybe by chance: .* 12 57$/ })).toBeDefined();
  expect(within(answers()).queryByRole('button')).toBeNull();
});

it('leads to the question and to what was said before', async () => {
  const text = 'Above 25, after 8 before.';
  await answered(
    text,
    evidenceOf(text, '25', { source: 'question', step: null }),
    evidenceOf(text, '8', { source: 'earlier', step: null })
  );
  fireEvent.click(within(answers()).getByRole('button', { name: 'The question' }));
  expect(document.activeElement?.textContent).toContain('Above 25?');
  fireEvent.click(within(answers()).getByRole('button', { name: 'Earlier in the conversation' }));
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Before?');
});
