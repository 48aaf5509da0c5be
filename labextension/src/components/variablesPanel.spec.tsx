/** The variables of a conversation's kernel, whatever state that is in. */

import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { FakeClient } from '../testing/fakeClient';
import { renderAgent, type RenderedAgent } from '../testing/renderAgent';
import type { KernelView, Variable } from '../types/wire';
import { App } from './app';

const frame: Variable = {
  name: 'df',
  type: 'pandas.DataFrame',
  shape: [1200, 2],
  size: 48_000,
  summary: 'region object North, South\nprice float64 1.5 to 90'
};
const IDLE: KernelView = {
  state: 'idle',
  restricted: true,
  profile: 'strict',
  variables: [frame, { name: 'n', type: 'int', shape: null, size: null, summary: '3' }],
  moments: [
    { run_id: 'r1', step: 1, attempt: 2, memory: 12_000_000 },
    { run_id: 'r2', step: 1, attempt: 1, memory: 3_000_000 }
  ]
};

async function panel(held?: KernelView): Promise<RenderedAgent> {
  const client = new FakeClient();
  client.held = held ?? client.held;
  const agent = renderAgent(<App />, client);
  await act(() => Promise.all([agent.session.start(), agent.kernel.start()]));
  await act(async () => {
    if (held) {
      agent.session.open('c1');
      await agent.kernel.look();
    }
    fireEvent.click(screen.getByRole('button', { name: 'Show the variables' }));
  });
  return agent;
}

const variables = () => within(screen.getByRole('region', { name: 'Variables' }));

it('is shown and hidden by a button that says so', async () => {
  await panel();
  const [button] = screen.getAllByRole('button', { name: 'Hide the variables' });
  expect(button?.getAttribute('aria-expanded')).toBe('true');
  expect(variables().getByText('No kernel yet: it starts when the first code runs.')).toBeDefined();
  fireEvent.click(variables().getByRole('button', { name: 'Hide the variables' }));
  expect(screen.queryByRole('region', { name: 'Variables' })).toBeNull();
});

it('shows each variable in a line, and all that is known of it on demand', async () => {
  await panel(IDLE);
  const line = variables().getByRole('button', { name: /^df/ });
  expect(line.textContent).toMatch(/^dfDataFrame 1.?200 × 248 kBregion object North, South · price float64 1\.5 to 90$/);
  fireEvent.click(line);
  expect(variables().getByText('pandas.DataFrame')).toBeDefined();
  expect(variables().getByText(/price float64/).tagName).toBe('PRE');
  expect(variables().getByRole('button', { name: /^n/ }).textContent).toBe('nint3');
});

it('looks again when told to', async () => {
  const { client } = await panel({ ...IDLE, variables: [], moments: [] });
  expect(variables().getByText('No variables.')).toBeDefined();
  client.held = IDLE;
  await act(async () => {
    fireEvent.click(variables().getByRole('button', { name: 'Look again' }));
    await Promise.resolve();
  });
  expect(variables().getByRole('button', { name: /^df/ })).toBeDefined();
});

it('lists the moments to go back to, the latest first, with what they cost', async () => {
  const { client } = await panel(IDLE);
  fireEvent.click(variables().getByRole('button', { name: '2 moments to go back to · 15 MB' }));
  const [latest] = variables().getAllByRole('button', { name: /^Go back to before/ });
  expect(latest?.closest('li')?.textContent).toBe('Before attempt 1 of step 13.0 MB');
  await act(async () => {
    fireEvent.click(latest as HTMLElement);
    await Promise.resolve();
  });
  expect(client.rewound).toEqual([{ run_id: 'r2', step: 1, attempt: 1 }]);
});

it('keeps what was known in sight while code runs', async () => {
  const { client, kernel } = await panel(IDLE);
  client.held = { ...IDLE, state: 'busy', variables: [], moments: [] };
  await act(() => kernel.look());
  expect(variables().getByText(/^Busy/)).toBeDefined();
  expect(variables().getByRole('button', { name: /^df/ })).toBeDefined();
  expect(variables().getByRole<HTMLButtonElement>('button', { name: 'Look again' }).disabled).toBe(true);
});

it('says why the variables cannot be read', async () => {
  const { client, kernel } = await panel(IDLE);
  client.refusal = new AgentProblem({ title: 'The kernel is away.', detail: 'Run `top`.', status: 500 });
  await act(() => kernel.look());
  expect(variables().getByRole('alert').textContent).toBe('The kernel is away. Run top.');
});

it('shows an unrestricted kernel for as long as there is one, and claims nothing else', async () => {
  const client = new FakeClient();
  client.held = { ...client.held, restricted: false };
  const { kernel, session } = renderAgent(<App />, client);
  expect(screen.queryByRole('note', { name: 'Unrestricted kernel' })).toBeNull();
  await act(() => kernel.start());
  expect(screen.getByRole('note', { name: 'Unrestricted kernel' }).textContent).toContain('JupyterAgent.kernel_name');
  expect(screen.queryByText(/restricted kernel of its own/)).toBeNull();
  client.held = { ...client.held, restricted: true };
  await act(async () => {
    session.open('c1');
    await kernel.look();
  });
  expect(screen.queryByRole('note', { name: 'Unrestricted kernel' })).toBeNull();
});
