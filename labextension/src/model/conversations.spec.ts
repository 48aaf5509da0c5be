/** All conversations can be reached, however many there are, and the open one is known by name. */

import { beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { openConversation } from './sessionState';
import { StartFolder } from './startFolder';

let client: FakeClient;
let session: AgentSession;

const names = (): string[] | undefined => session.state.conversations?.map(({ title }) => title);

beforeEach(async () => {
  client = new FakeClient();
  client.page = 2;
  client.stored = ['e', 'd', 'c', 'b', 'a'].map((title, index) => ({
    id: `c-${title}`,
    owner: 'owner',
    title,
    created: '2026-01-01T12:00:00Z',
    updated: `2026-01-01T12:00:0${9 - index}Z`,
    profile: null
  }));
  const preferences = loadedPreferences();
  session = new AgentSession(client, preferences, new StartFolder(client, preferences), new SessionMemory(null));
  await session.start();
});

it('lists older ones as far as they are asked for', async () => {
  expect(names()).toEqual(['e', 'd']);
  await session.listBeyond(1);
  expect(names()).toEqual(['e', 'd']);
  expect(session.state.moreConversations).toBe(true);
  await session.listBeyond(2);
  expect(names()).toEqual(['e', 'd', 'c', 'b']);
  await session.listBeyond(100);
  expect(names()).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(session.state.moreConversations).toBe(false);
});

it('knows the open one by name when it is not among the latest', async () => {
  session.open('c-a');
  await vi.waitUntil(() => openConversation(session.state) !== null);
  expect(openConversation(session.state)?.title).toBe('a');
  await session.rename('Renamed');
  expect(openConversation(session.state)?.title).toBe('Renamed');
  session.newConversation();
  expect(openConversation(session.state)).toBeNull();
  expect(names()).toEqual(['e', 'd']);
});
