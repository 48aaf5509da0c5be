/** The folder is offered to a new conversation only once the person can see that it will be read. */

import { PromiseDelegate } from '@lumino/coreutils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { AgentProblem, unreachable } from '../client/agentProblem';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { Preferences } from './preferences';
import { StartFolder } from './startFolder';

let client: FakeClient;
let folder: StartFolder;

beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  folder = new StartFolder(client, loadedPreferences());
  folder.start();
});

afterEach(() => {
  vi.useRealTimers();
});

it('is not offered before the server said what it would open', async () => {
  const answered = new PromiseDelegate<void>();
  client.waitsFor = answered.promise;
  folder.moveTo('analysis');
  await vi.advanceTimersByTimeAsync(0);
  expect(folder.path).toBeNull();
  answered.resolve(undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(folder.path).toBe('analysis');
});

it('is asked for again until the server answers', async () => {
  client.refusal = unreachable();
  folder.moveTo('analysis');
  await vi.advanceTimersByTimeAsync(0);
  expect(folder.path).toBeNull();
  client.refusal = unreachable();
  await vi.advanceTimersByTimeAsync(1000);
  expect(folder.path).toBeNull();
  await vi.advanceTimersByTimeAsync(1000);
  expect(folder.path).toBe('analysis');
});

it('is not asked for again when the person has gone somewhere else', async () => {
  const asked = vi.spyOn(client, 'readable');
  client.refusal = unreachable();
  folder.moveTo('analysis');
  await vi.advanceTimersByTimeAsync(0);
  folder.moveTo('other');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.mock.calls).toEqual([['analysis'], ['other']]);
  expect(folder.path).toBe('other');
});

it('is not asked for again when the server refuses it', async () => {
  const asked = vi.spyOn(client, 'readable');
  client.refusal = new AgentProblem({ title: 'There is no such folder.', detail: '', status: 404 });
  folder.moveTo('analysis');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(folder.path).toBeNull();
});

it('is left out until the settings say that it may be read', async () => {
  folder = new StartFolder(client, new Preferences());
  folder.start();
  folder.moveTo('analysis');
  await vi.advanceTimersByTimeAsync(0);
  expect(folder.path).toBeNull();
});
