/** What a person sees of a run: steps, attempts, errors, ends; and what is not drawn again. */

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { reduce } from '../model/reduce';
import { INITIAL_STATE, type SessionState } from '../model/sessionState';
import { EMPTY_VIEW } from '../model/view';
import {
  answer,
  answerDelta,
  attemptFinished,
  attemptStarted,
  EventLog,
  keyError,
  modelChosen,
  printed,
  runFinished,
  runStarted,
  stepFinished,
  stepStarted
} from '../testing/events';
import { renderAgent, type RenderedAgent } from '../testing/renderAgent';
import { CommandIDs } from '../tokens/commandIds';
import type { EventBody } from '../types/shapes';
import { AgentContext } from './context';
import { Transcript } from './transcript';

function stateOf(log: EventLog): SessionState {
  return { ...INITIAL_STATE, conversationId: 'c1', view: log.events.reduce(reduce, EMPTY_VIEW) };
}

async function shown(...bodies: readonly EventBody[]): Promise<RenderedAgent> {
  const log = new EventLog();
  log.add('r1', runStarted(), ...bodies);
  const agent = renderAgent(<Transcript state={stateOf(log)} />);
  await act(() => new Promise(resolve => setTimeout(resolve, 50)));
  return agent;
}

const MENDED: readonly EventBody[] = [
  stepStarted(),
  attemptStarted('import pandas\nprint(df["prize"])', 1),
  attemptFinished('error', 1, keyError),
  attemptStarted('print(df["price"])', 2),
  printed('301.4\n', 2),
  attemptFinished('ok', 2),
  stepFinished()
];

it('tells what a step took, of the model and of the kernel', async () => {
  const usage = { calls: 2, prompt_tokens: 1200, completion_tokens: 80 };
  await shown(stepStarted(), stepFinished(true, { usage, model_seconds: 2.5, kernel_seconds: 0.4 }));
  expect(screen.getByText('3.2 s').title).toBe(
    'Model: 2.5 s in 2 calls\nTokens: 1,200 read, 80 written\nKernel: 0.4 s'
  );
});

it('copies the id of a run that is over, and downloads it', async () => {
  const { context } = await shown(answer('Four.'), runFinished());
  const done: unknown[] = [];
  for (const id of [CommandIDs.copyCode, CommandIDs.downloadRun]) {
    context.commands.addCommand(id, { execute: args => void done.push([id, args]) });
  }
  fireEvent.click(screen.getByRole('button', { name: 'Copy the id of this run: r1' }));
  fireEvent.click(screen.getByRole('button', { name: 'Download this run' }));
  expect(done).toEqual([
    [CommandIDs.copyCode, { code: 'r1' }],
    [CommandIDs.downloadRun, { run_id: 'r1' }]
  ]);
});

it('shows a step with code, output, attempts and time, and folds the attempt that failed', async () => {
  await shown(...MENDED);
  const step = within(screen.getByRole('region', { name: 'Step 1: Count the rows' }));
  expect(step.getByText('2 attempts · 3.2 s')).toBeDefined();
  expect(step.getByRole('img', { name: 'Done' })).toBeDefined();
  expect(step.getByText('301.4')).toBeDefined();
  expect(step.getByRole('button', { name: 'Attempt 2 of 2' })).toBeDefined();
  expect(step.getByText('Ran 0.4 s')).toBeDefined();
  expect(step.queryByText("'prize'", { exact: false })).toBeNull();
  fireEvent.click(step.getByRole('button', { name: 'Attempt 1 of 2 KeyError undone' }));
  expect(step.getByText(": 'prize'", { exact: false })).toBeDefined();
});

it('says of an error what it is, where, and what to do', async () => {
  await shown(
    stepStarted(),
    attemptStarted('import pandas\n  print(df["prize"])'),
    {
      kind: 'output',
      step: 1,
      attempt: 1,
      output: { kind: 'error', name: 'KeyError', message: "'prize'", traceback: 'Traceback: the long way' }
    },
    attemptFinished('error', 1, keyError),
    stepFinished(false)
  );
  expect(screen.getAllByText('KeyError')).toHaveLength(1);
  expect(screen.getByText('Line 2').nextElementSibling?.textContent).toBe('print(df["prize"])');
  expect(screen.getByText(keyError.advice)).toBeDefined();
  expect(screen.queryByText('Traceback: the long way')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Traceback' }));
  expect(screen.getByText('Traceback: the long way')).toBeDefined();
});

it('draws images from their data, and tables without what could load or run', async () => {
  const display = (data: Record<string, string>): EventBody => ({
    kind: 'output',
    step: 1,
    attempt: 1,
    output: { kind: 'display', data, is_result: false }
  });
  const { container } = await shown(
    stepStarted(),
    attemptStarted('plot()'),
    display({ 'image/png': 'iVBORw0KGgo=', 'text/plain': '<Figure>' }),
    display({
      'text/html':
        '<table><tr><td onclick="alert(1)">42</td></tr></table><img src="https://a.test/x.png" alt="spy"><script>1</script>'
    })
  );
  await waitFor(() => expect(screen.getByText('42')).toBeDefined());
  expect(screen.getByAltText('<Figure>').getAttribute('src')).toBe('data:image/png;base64,iVBORw0KGgo=');
  expect(screen.getByText('42').getAttributeNames()).toEqual([]);
  expect(screen.getByText('[not loaded: spy]')).toBeDefined();
  expect(container.querySelectorAll('script, img[src^="http"]')).toHaveLength(0);
});

it.each([
  ['failed', 'Ollama does not answer. Start it.', 'Ollama does not answer. Start it.'],
  ['stopped', '', 'Stopped by you. What was shown is kept.'],
  ['interrupted', '', 'The server ended before the answer was complete. Ask again to get one.']
] as const)('says how a run ended that was %s, and offers to ask again', async (status, message, text) => {
  await shown(runFinished(status, message));
  expect(screen.getByText(text)).toBeDefined();
  expect(screen.getByRole('button', { name: 'Ask again' })).toBeDefined();
});

it('ends a complete answer with what it cost', async () => {
  await shown(modelChosen, answer('Four.'), runFinished());
  expect(screen.getByText(/^4\.2 s · 1.?234 tokens · qwen3:8b$/)).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull();
});

it('draws a finished turn and finished paragraphs once, however much text follows', async () => {
  const log = new EventLog();
  log.add('r1', runStarted('One?'), answer('1'), runFinished());
  const first = stateOf(log).view.turns[0];
  let reads = 0;
  const watched = { ...first } as NonNullable<typeof first>;
  Object.defineProperty(watched, 'question', { get: () => (reads++, 'One?') });
  const withWatched = (): SessionState => {
    const state = stateOf(log);
    return { ...state, view: { ...state.view, turns: [watched, ...state.view.turns.slice(1)] } };
  };
  log.add('r2', runStarted('Two?'), answerDelta('A paragraph.\n\nThe next'));
  const { rerender, context } = renderAgent(<Transcript state={withWatched()} />);
  const createRenderer = vi.spyOn(context.rendermime, 'createRenderer');
  await act(() => new Promise(resolve => setTimeout(resolve, 50)));
  const readsBefore = reads;
  const paragraph = screen.getByText('A paragraph.');
  createRenderer.mockClear();

  for (let count = 0; count < 2000; count++) {
    log.add('r2', answerDelta(' word'));
    if (count % 100 === 0) {
      rerender(
        <AgentContext.Provider value={context}>
          <Transcript state={withWatched()} />
        </AgentContext.Provider>
      );
      await act(() => new Promise(requestAnimationFrame));
    }
  }
  await waitFor(() => expect(screen.getByText(/^The next word/)).toBeDefined());
  expect(reads).toBe(readsBefore);
  expect(screen.getByText('A paragraph.')).toBe(paragraph);
  expect(createRenderer.mock.calls.length).toBeLessThanOrEqual(20);
});
