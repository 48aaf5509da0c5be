/** What an attempt did, was refused, was undone of, and can be taken back of. */

import { act, fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { reduce } from '../model/reduce';
import { INITIAL_STATE, type SessionState } from '../model/sessionState';
import { EMPTY_VIEW } from '../model/view';
import {
  attemptFinished,
  attemptStarted,
  blocked,
  EventLog,
  keyError,
  metered,
  rewoundTo,
  runFinished,
  runStarted,
  stepStarted
} from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { renderAgent, type RenderedAgent } from '../testing/renderAgent';
import type { EventBody } from '../types/shapes';
import { Announcer } from './announcer';
import { AgentContext } from './context';
import { Transcript } from './transcript';

function stateOf(...bodies: readonly EventBody[]): SessionState {
  const log = new EventLog();
  log.add('r1', runStarted(), stepStarted(), attemptStarted('df = load()'), ...bodies);
  return { ...INITIAL_STATE, conversationId: 'c1', view: log.events.reduce(reduce, EMPTY_VIEW) };
}

const shown = (...bodies: readonly EventBody[]): RenderedAgent =>
  renderAgent(<Transcript state={stateOf(...bodies)} />);

const text = (selector: string): string => document.querySelector(selector)?.textContent ?? '';
const NO_FILES = { removed: [], put_back: [], not_restored: [] };

it('says what a good attempt changed', () => {
  const changes = { added: ['df', 'means'], removed: ['old'], changed: ['prices'] };
  shown(attemptFinished('ok', 1, null, { changes }));
  const parts = [...document.querySelectorAll('.jp-Agent-result > span')].map(part => part.textContent);
  expect(parts).toEqual(['Ran 0.4 s', 'added df, means', 'changed prices', 'removed old']);
  expect(document.querySelector('.jp-Agent-undoing')).toBeNull();
});

it('names the first of many variables, and all of them in a tip', () => {
  const added = [...'abcdefgh'];
  shown(attemptFinished('ok', 1, null, { changes: { added, removed: [], changed: [] } }));
  expect(text('.jp-Agent-names')).toBe('added a, b, c, d, e and 3 more');
  expect(document.querySelector('.jp-Agent-names')?.getAttribute('title')).toBe(added.join(', '));
});

it('says of a failed attempt that it was undone, and of its files on demand', () => {
  const files = { ...NO_FILES, removed: ['new.csv'], put_back: ['a.csv', 'b.csv'] };
  shown(attemptFinished('error', 1, keyError, { files }));
  expect(text('.jp-Agent-undoing')).toBe('Undone: variables and files are as before');
  expect(screen.queryByText('new.csv')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: '1 file removed · 2 files put back' }));
  expect(screen.getByText('new.csv')).toBeDefined();
  expect(screen.getByRole('list', { name: 'Put back' }).textContent).toBe('Put back a.csvPut back b.csv');
});

it('warns of files that could not be put back, and does not claim that they were', () => {
  shown(attemptFinished('error', 1, keyError, { files: { ...NO_FILES, not_restored: ['big.parquet'] } }));
  expect(text('.jp-Agent-undoing')).toBe('Undone: variables are as before');
  expect(screen.getByRole('note').textContent).toBe('Could not be put back as before: big.parquet');
});

it('says when an attempt was protected by copies only', () => {
  const protection = { kind: 'copies' as const, hazards: ['polars'], left_out: ['model'] };
  shown(attemptFinished('error', 1, keyError, { protection }));
  const lines = [...document.querySelectorAll('.jp-Agent-undoing')].map(line => line.textContent);
  expect(lines).toEqual([
    'Not fully protected: threads of polars. Copies were kept, except model.',
    'Undone: variables and files are as before, except model'
  ]);
});

it('says when nothing could be undone, and why', () => {
  const protection = { kind: 'none' as const, hazards: ['memory ran short'], left_out: [] };
  shown(attemptFinished('error', 1, keyError, { protection, rolled_back: false }));
  const lines = [...document.querySelectorAll('.jp-Agent-undoing')].map(line => line.textContent);
  expect(lines).toEqual([
    'Not protected: memory ran short.',
    'Not undone: what it changed before it failed is still so'
  ]);
});

it('says what was blocked, counts what was tried again, and keeps a crowd folded', () => {
  shown(
    blocked('The code tried to use the network.'),
    blocked('The code tried to use the network.'),
    blocked('The code tried to start `ls`.', 'program'),
    blocked('The code tried to use /a.', 'path'),
    blocked('The code tried to use /b.', 'path')
  );
  const items = [...document.querySelectorAll('.jp-Agent-refusal')];
  expect(items.map(item => item.getAttribute('data-kind'))).toEqual(['network', 'program', 'path']);
  expect(items[0]?.textContent).toBe('Blocked. The code tried to use the network. 2 times');
  fireEvent.click(screen.getByRole('button', { name: '1 more was blocked' }));
  expect(screen.getByText('The code tried to use /b.', { exact: false })).toBeDefined();
});

it('keeps one line for what the code uses, from its start to its end', () => {
  const line = (): string => text('.jp-Agent-result');
  const { rerender, context } = shown();
  const show = (...bodies: readonly EventBody[]): void =>
    rerender(
      <AgentContext.Provider value={context}>
        <Transcript state={stateOf(...bodies)} />
      </AgentContext.Provider>
    );
  expect(line()).toBe('Running');
  show(metered());
  expect(line()).toBe('0:041.2 GB\u00a0of 4.0 GBCPU 3.9 s3 files');
  const meter = screen.getByRole('meter', { name: 'Memory' });
  expect(meter.getAttribute('aria-valuetext')).toBe('1.2 GB of 4.0 GB');
  expect(meter.closest('[aria-live]')?.getAttribute('aria-live')).toBe('off');
  show(metered(), attemptFinished());
  expect(line()).toBe('Ran 0.4 s');
  expect(screen.queryByRole('meter')).toBeNull();
});

it('offers to go back to before an attempt only while that moment is kept', async () => {
  const client = new FakeClient();
  const moment = { run_id: 'r1', step: 1, attempt: 1, memory: 1 };
  client.held = { state: 'idle', restricted: true, profile: 'strict', variables: [], moments: [moment] };
  const { session, kernel } = renderAgent(
    <Transcript state={stateOf(attemptFinished('ok'), runFinished())} />,
    client
  );
  expect(screen.queryByRole('button', { name: 'Go back to before this' })).toBeNull();
  await act(async () => {
    session.open('c1');
    await kernel.look();
  });
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Go back to before this' }));
    await Promise.resolve();
  });
  expect(client.rewound).toEqual([{ run_id: 'r1', step: 1, attempt: 1 }]);
  client.held = { ...client.held, moments: [] };
  await act(() => kernel.look());
  expect(screen.queryByRole('button', { name: 'Go back to before this' })).toBeNull();
});

it('shows where the variables were taken back, and what is no longer in the kernel', () => {
  const state = stateOf(
    attemptFinished('error', 1, keyError),
    attemptStarted('df = 2', 2),
    attemptFinished('ok', 2),
    runFinished(),
    rewoundTo(1)
  );
  renderAgent(
    <>
      <Transcript state={state} />
      <Announcer state={state} />
    </>
  );
  expect(text('.jp-Agent-divider')).toBe('Variables were taken back to before attempt 1 of step 1');
  expect(text('.jp-Agent-announcer')).toBe('The variables were taken back.');
  fireEvent.click(screen.getByRole('button', { name: /^Attempt 1 of 2/ }));
  const results = [...document.querySelectorAll('.jp-Agent-result')].map(line => line.textContent);
  expect(results).toEqual(['Ran 0.4 s', 'Ran 0.4 sno longer in the kernel']);
});

it('names the question when the variables were taken back further than the last one', () => {
  const log = new EventLog();
  const work = [stepStarted(), attemptStarted('x = 1'), attemptFinished('ok'), runFinished()];
  log.add('r1', runStarted('One?'), ...work);
  log.add('r2', runStarted('Two?'), ...work);
  log.add('r1', rewoundTo());
  renderAgent(<Transcript state={{ ...INITIAL_STATE, view: log.events.reduce(reduce, EMPTY_VIEW) }} />);
  expect(document.querySelectorAll('.jp-Agent-divider')).toHaveLength(1);
  expect(screen.getByRole('article', { name: 'Two?' }).textContent).toMatch(/step 1“One\?”$/);
  expect(screen.getAllByText('no longer in the kernel')).toHaveLength(2);
});

it('shows what the model said where it wrote no code', () => {
  const words: EventBody = { kind: 'attempt-started', step: 1, attempt: 2, code: '', said: 'Nothing to compute.' };
  shown(attemptFinished('error', 1, keyError), words);
  expect(screen.getByText('Said instead of code: Nothing to compute.')).toBeTruthy();
  expect(screen.getAllByText('Said', { exact: false })).toHaveLength(1);
});
