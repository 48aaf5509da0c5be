/** Changing what is still to be done of a plan. */

import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import type { PlanStep } from '../model/view';
import { renderAgent } from '../testing/renderAgent';
import type { StepWish } from '../types/wire';
import { PlanEditor } from './planEditor';

const step = (goal: string, more: Partial<PlanStep> = {}): PlanStep => ({
  goal,
  approach: '',
  criterion: '',
  state: 'waiting',
  ...more
});

function edit(...steps: readonly PlanStep[]) {
  const onResume = vi.fn<(steps: readonly StepWish[]) => void>();
  const onCancel = vi.fn();
  renderAgent(<PlanEditor steps={steps} onResume={onResume} onCancel={onCancel} />);
  const resumed = (): readonly string[] => {
    press('Resume with this plan');
    return (onResume.mock.lastCall?.[0] ?? []).map(({ goal }) => goal);
  };
  return { onResume, onCancel, resumed };
}

const form = () => within(screen.getByRole('form', { name: 'Still to do' }));
const button = (name: string): HTMLButtonElement => form().getByRole('button', { name });
const press = (name: string): boolean => fireEvent.click(button(name));
const write = (name: string, value: string): boolean =>
  fireEvent.change(form().getByLabelText(name), { target: { value } });

it('puts steps into another order', () => {
  const { resumed } = edit(step('Load'), step('Sum'), step('Mean'));
  expect(button('Move step 1 up').disabled).toBe(true);
  expect(button('Move step 3 down').disabled).toBe(true);
  press('Move step 3 up');
  press('Move step 1 down');
  expect(resumed()).toEqual(['Mean', 'Load', 'Sum']);
});

it('leaves steps out, changes them and adds some', () => {
  const { resumed } = edit(step('Load'), step('Sum'));
  press('Leave out step 1');
  write('Step 1', ' Sum of the North ');
  press('Add a step');
  expect(document.activeElement).toBe(form().getByLabelText('Step 2'));
  write('Step 2', 'Median');
  press('Add a step');
  expect(resumed()).toEqual(['Sum of the North', 'Median']);
});

it('keeps how a step is to be done, unless it is another one', () => {
  const details = { approach: 'With pandas.', criterion: 'A number.' };
  const { onResume } = edit(step('Sum', details), step('Mean', details));
  write('Step 2', 'Median');
  press('Resume with this plan');
  expect(onResume.mock.lastCall?.[0]).toEqual([
    { goal: 'Sum', ...details },
    { goal: 'Median', approach: '', criterion: '' }
  ]);
});

it('resumes nothing without a step, and can be left', () => {
  const { onResume, onCancel } = edit(step('Sum'));
  write('Step 1', '  ');
  expect(button('Resume with this plan').disabled).toBe(true);
  press('Cancel');
  expect(onCancel).toHaveBeenCalledOnce();
  expect(onResume).not.toHaveBeenCalled();
});
