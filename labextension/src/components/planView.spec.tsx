/** What a person sees and hears of a plan. */

import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { reduce } from '../model/reduce';
import { INITIAL_STATE, type SessionState } from '../model/sessionState';
import { EMPTY_VIEW } from '../model/view';
import { EventLog, planned, plannedStep, runFinished, runStarted, stepStarted } from '../testing/events';
import { renderAgent } from '../testing/renderAgent';
import type { EventBody } from '../types/shapes';
import { AgentContext } from './context';
import { Transcript } from './transcript';

const DETAILS = { approach: 'Read both files with pandas.', criterion: 'Two shapes are printed.' };

const PLAN = planned([
  plannedStep('done', 'Read the files', DETAILS),
  plannedStep('failed', 'Find the supplier'),
  plannedStep('working', 'Join them'),
  plannedStep('left-out', 'Fill the gaps'),
  plannedStep('waiting', 'Write the report')
]);

function stateOf(...bodies: readonly EventBody[]): SessionState {
  const view = new EventLog().add('r1', runStarted(), ...bodies).reduce(reduce, EMPTY_VIEW);
  return { ...INITIAL_STATE, conversationId: 'c1', view };
}

const plan = (): HTMLElement => screen.getByRole('region', { name: 'Plan' });
const states = (): (string | null)[] =>
  within(plan())
    .getAllByRole('img')
    .map(image => image.getAttribute('aria-label'));

it('lists the steps in their order, each with how it stands, and how many are done', () => {
  renderAgent(<Transcript state={stateOf(PLAN)} />);
  const items = within(within(plan()).getByRole('list')).getAllByRole('listitem');
  expect(items.map(item => item.textContent)).toEqual([
    'Read the files',
    'Find the supplier',
    'Join them',
    'Fill the gaps',
    'Write the report'
  ]);
  expect(states()).toEqual(['Done', 'Failed', 'Working', 'Left out', 'Not begun']);
  expect(items.map(item => item.getAttribute('aria-current'))).toEqual([null, null, 'step', null, null]);
  expect(within(plan()).getByText('1 of 4 done')).toBeDefined();
});

it('says on demand how a step is worked on, and how it is told that it is done', () => {
  renderAgent(<Transcript state={stateOf(PLAN)} />);
  expect(within(plan()).getAllByRole('button')).toHaveLength(1);
  expect(within(plan()).queryByText(DETAILS.approach)).toBeNull();
  const step = within(plan()).getByRole('button', { name: 'Done Read the files', expanded: false });
  fireEvent.click(step);
  expect(step.getAttribute('aria-expanded')).toBe('true');
  expect(within(plan()).getByText(DETAILS.approach)).toBeDefined();
  expect(within(plan()).getByText(DETAILS.criterion)).toBeDefined();
});

it('leaves a step unfolded when the plan comes again, and says why it was changed', () => {
  const changed = planned([plannedStep('done', 'Read the files', DETAILS), plannedStep('working')], 'One is enough.');
  const { rerender, context } = renderAgent(<Transcript state={stateOf(PLAN)} />);
  expect(within(plan()).queryByText('Changed', { exact: false })).toBeNull();
  fireEvent.click(within(plan()).getByRole('button'));
  rerender(
    <AgentContext.Provider value={context}>
      <Transcript state={stateOf(PLAN, changed)} />
    </AgentContext.Provider>
  );
  expect(within(plan()).getByText(DETAILS.approach)).toBeDefined();
  expect(within(plan()).getByText('Changed: One is enough.')).toBeDefined();
  expect(within(plan()).getByText('1 of 2 done')).toBeDefined();
});

it('keeps unfolded what was, wherever a changed plan puts it', () => {
  const changed = planned([plannedStep('left-out', 'Join them'), plannedStep('waiting', 'Read the files', DETAILS)]);
  const { rerender, context } = renderAgent(<Transcript state={stateOf(PLAN)} />);
  fireEvent.click(within(plan()).getByRole('button'));
  rerender(
    <AgentContext.Provider value={context}>
      <Transcript state={stateOf(PLAN, changed)} />
    </AgentContext.Provider>
  );
  expect(within(plan()).getByText(DETAILS.approach)).toBeDefined();
});

it('stands above the steps, and shows nothing at work once the run is over', () => {
  const { container } = renderAgent(<Transcript state={stateOf(PLAN, stepStarted(), runFinished('stopped'))} />);
  expect(screen.getAllByRole('region').map(region => region.getAttribute('aria-label'))).toEqual([
    'Plan',
    'Step 1: Count the rows'
  ]);
  expect(states()).toEqual(['Done', 'Failed', 'Not finished', 'Left out', 'Not begun']);
  expect(container.querySelector('.jp-Agent-spinner, [aria-current]')).toBeNull();
});

it('takes what a model wrote for plain text', () => {
  const markup = '<img src="https://a.test/x.png" onerror="alert(1)"> **bold** [link](https://a.test)';
  const step = plannedStep('waiting', markup, { approach: markup, criterion: markup });
  const { container } = renderAgent(<Transcript state={stateOf(planned([step], markup))} />);
  fireEvent.click(within(plan()).getByRole('button'));
  expect(within(plan()).getAllByText(markup, { exact: false })).toHaveLength(4);
  expect(container.querySelectorAll('.jp-Agent-plan :is(img, a, strong)')).toHaveLength(0);
});
