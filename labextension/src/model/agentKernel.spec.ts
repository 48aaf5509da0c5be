/** When the kernel is looked into, and what stands meanwhile. */

import { StateDB } from '@jupyterlab/statedb';
import { expect, it, onTestFinished, vi } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { EventLog, rewoundTo, runFinished, runStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import type { KernelView } from '../types/wire';
import { AgentKernel } from './agentKernel';
import { canRewind, latestMoment } from './kernelSight';
import { Preferences } from './preferences';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';

const IDLE: KernelView = {
  state: 'idle',
  restricted: true,
  profile: 'strict',
  variables: [{ name: 'x', type: 'int', shape: null, size: null, summary: '1' }],
  moments: [{ run_id: 'r1', step: 1, attempt: 1, memory: 1 }]
};
const PLACE = { run_id: 'r1', step: 1, attempt: 1 };

function made(database = new StateDB()) {
  const client = new FakeClient();
  const preferences = new Preferences();
  const folder = new StartFolder(client, preferences);
  const session = new AgentSession(client, preferences, folder, new SessionMemory(null));
  const kernel = new AgentKernel(client, session, database);
  onTestFinished(() => kernel.dispose());
  return { client, session, kernel };
}

it('looks once when a conversation is opened, however much is replayed, and again after each run', async () => {
  const { client, session, kernel } = made();
  client.held = IDLE;
  expect(kernel.sight.phase).toBe('not-started');
  session.open('c1');
  expect(kernel.sight.phase).toBe('unknown');
  client.latest.open();
  const log = new EventLog();
  for (const run of ['r1', 'r2', 'r3']) {
    client.latest.send(log.add(run, runStarted(), runFinished()));
  }
  await vi.waitUntil(() => kernel.sight.phase === 'idle');
  expect(client.looks).toBe(1);
  expect(canRewind(kernel.sight, PLACE)).toBe(true);
  expect(canRewind(kernel.sight, { ...PLACE, attempt: 2 })).toBe(false);

  client.latest.send(log.add('r4', runStarted()));
  await vi.waitUntil(() => kernel.sight.phase === 'busy');
  expect(kernel.sight.view?.variables).toEqual(IDLE.variables);
  expect(canRewind(kernel.sight, PLACE)).toBe(false);
  client.latest.send(log.add('r4', runFinished()));
  await vi.waitUntil(() => kernel.sight.phase === 'idle');
  client.latest.send(log.add('r1', rewoundTo()));
  await vi.waitUntil(() => client.looks === 3);
});

it('looks no more by itself once it is disposed of', async () => {
  const { client, session, kernel } = made();
  session.open('c1');
  client.latest.open();
  kernel.dispose();
  client.latest.send(new EventLog().add('r1', runStarted(), runFinished()));
  await new Promise(resolve => setTimeout(resolve, 600));
  expect(client.looks).toBe(0);
});

it('forgets what another conversation held, even if the answer comes late', async () => {
  const { client, session, kernel } = made();
  client.held = IDLE;
  session.open('c1');
  const late = kernel.look();
  session.open('c2');
  await late;
  expect(kernel.sight).toMatchObject({ phase: 'unknown', view: null, looking: false });
});

it('asks again while somebody else keeps the kernel busy', async () => {
  const { client, session, kernel } = made();
  client.held = { ...IDLE, state: 'busy', variables: [], moments: [] };
  session.open('c1');
  await kernel.look();
  expect(kernel.sight.phase).toBe('busy');
  client.held = IDLE;
  await vi.waitUntil(() => kernel.sight.phase === 'idle', { timeout: 10_000 });
});

it('takes the variables back, and says what is refused', async () => {
  const { client, session, kernel } = made();
  client.held = IDLE;
  session.open('c1');
  await kernel.look();
  expect(latestMoment(kernel.sight)).toMatchObject(PLACE);
  await kernel.rewind(PLACE);
  expect(client.rewound).toEqual([PLACE]);
  client.refusal = new AgentProblem({ title: 'It is not kept any more.', detail: '', status: 400 });
  await kernel.rewind(PLACE);
  expect(session.state.problem?.title).toBe('It is not kept any more.');
});

it('remembers whether the variables are shown', async () => {
  const database = new StateDB();
  made(database).kernel.showVariables(true);
  const { kernel } = made(database);
  await kernel.start();
  expect(kernel.sight).toMatchObject({ variablesShown: true, restricted: true });
});
