/** What a reloaded page, or a conversation that is opened again, still has: files not asked about yet, and the draft. */

import { PromiseDelegate } from '@lumino/coreutils';
import { StateDB } from '@jupyterlab/statedb';
import { beforeEach, expect, it, vi } from 'vitest';

import { unreachable } from '../client/agentProblem';
import { EventLog, runFinished, runStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import type { Event } from '../types/wire';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';
import { attachmentsOf } from './upload';

let client: FakeClient;
let database: StateDB;
let replay: readonly Event[];

/** Another page of the same person: the first one, or one that was reloaded. */
function page(): AgentSession {
  const preferences = loadedPreferences();
  return new AgentSession(client, preferences, new StartFolder(client, preferences), new SessionMemory(database));
}

const names = (session: AgentSession): string[] => session.state.uploads.map(({ name }) => name);

async function attach(session: AgentSession, name: string): Promise<void> {
  session.attach([new File(['1'], name)]);
  await vi.waitUntil(() => session.state.uploads.at(-1)?.state === 'done');
}

beforeEach(async () => {
  client = new FakeClient();
  database = new StateDB();
  const session = page();
  await attach(session, 'a.csv');
  const attachments = [...attachmentsOf(session.state.uploads)];
  session.setDraft('What is in a?');
  await session.send();
  await attach(session, 'b.csv');
  session.setDraft('And in b?');
  replay = new EventLog().add('r1', runStarted('What is in a?', attachments), runFinished());
});

it('shows files that no question came with, and the draft', async () => {
  const session = page();
  await session.start();
  expect(session.state.draft).toBe('And in b?');
  client.latest.open();
  client.latest.send(replay);
  await vi.waitUntil(() => session.state.uploads.length > 0);
  expect(names(session)).toEqual(['b.csv']);
  await session.send();
  expect(client.chats.at(-1)).toMatchObject({ conversation_id: 'c1', message: 'And in b?', files: ['a-b.csv'] });

  const later = page();
  await later.start();
  expect(later.state.draft).toBe('');
});

it('takes out those that turn out to have come with a question', async () => {
  const session = page();
  await session.start();
  client.latest.open();
  await vi.waitUntil(() => session.state.uploads.length === 2);
  client.latest.send(replay);
  expect(names(session)).toEqual(['b.csv']);
});

it('asks for them again when the server did not answer', async () => {
  const session = page();
  await session.start();
  client.refusal = unreachable();
  client.latest.open();
  client.latest.send(replay);
  await vi.waitUntil(() => client.refusal === null);
  client.latest.break();
  await vi.waitUntil(() => {
    session.reconnect();
    return client.sockets.at(-1)?.after === 2;
  });
  client.latest.open();
  await vi.waitUntil(() => session.state.uploads.length > 0);
  expect(names(session)).toEqual(['b.csv']);
});

it('shows them once, next to those that are attached meanwhile', async () => {
  const session = page();
  await session.start();
  const answered = new PromiseDelegate<void>();
  client.waitsFor = answered.promise;
  client.latest.open();
  client.latest.send(replay);
  await attach(session, 'c.csv');
  answered.resolve(undefined);
  await vi.waitUntil(() => session.state.uploads.length > 1);
  expect(names(session)).toEqual(['b.csv', 'c.csv']);
});

it('shows them in their own conversation only', async () => {
  const session = page();
  session.open('c1');
  const answered = new PromiseDelegate<void>();
  client.waitsFor = answered.promise;
  client.latest.open();
  session.newConversation();
  answered.resolve(undefined);
  await new Promise(resolve => setTimeout(resolve));
  expect(session.state.uploads).toEqual([]);
});

it('keeps what was written before the page knew what it remembers', async () => {
  const session = page();
  const started = session.start();
  session.setDraft('Something else');
  await started;
  expect(session.state).toMatchObject({ conversationId: 'c1', draft: 'Something else' });
});
