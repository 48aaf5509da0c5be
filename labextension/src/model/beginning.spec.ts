/** What is chosen for a conversation holds for that one, whatever the person does while it is being begun. */

import { PromiseDelegate } from '@lumino/coreutils';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { unreachable } from '../client/agentProblem';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';

let client: FakeClient;
let folder: StartFolder;
let session: AgentSession;

beforeEach(async () => {
  client = new FakeClient();
  const preferences = loadedPreferences();
  folder = new StartFolder(client, preferences);
  folder.start();
  folder.moveTo('analysis');
  await vi.waitUntil(() => folder.path === 'analysis');
  session = new AgentSession(client, preferences, folder, new SessionMemory(null));
});

/** Lets the next request's answer wait until the result is called. */
async function held(action: () => unknown): Promise<() => void> {
  const answered = new PromiseDelegate<void>();
  client.waitsFor = answered.promise;
  action();
  await vi.waitUntil(() => client.waitsFor !== answered.promise);
  return () => answered.resolve(undefined);
}

it('is left behind by a new conversation, with the question that waited for it', async () => {
  session.beginWith('parallel');
  session.setDraft('First');
  let sent: Promise<void> | undefined;
  const answer = await held(() => (sent = session.send()));
  session.newConversation();
  answer();
  await sent;
  session.setDraft('Second');
  await session.send();
  expect(client.begun).toMatchObject([{ profile: 'parallel' }]);
  expect(client.chats.map(chat => [chat.message, chat.conversation_id])).toEqual([
    ['First', 'c1'],
    ['Second', null]
  ]);
});

it('keeps a folder left out when the person has moved on', async () => {
  session.beginWith('parallel');
  folder.want(false);
  session.setDraft('First');
  let sent: Promise<void> | undefined;
  const answer = await held(() => (sent = session.send()));
  session.newConversation();
  answer();
  await sent;
  expect(client.chats.map(chat => chat.folder)).toEqual([null]);
  expect(client.settled.folder).toBeNull();
  expect(folder.wanted).toBe(true);
});

it('lets no question of the next conversation wait for a choice of the one before', async () => {
  session.open('c1');
  await held(() => void session.chooseFolder(null));
  session.newConversation();
  session.setDraft('Second');
  await session.send();
  expect(client.chats).toHaveLength(1);
});

it('sends the files of the next conversation into that one', async () => {
  session.beginWith('parallel');
  const answer = await held(() => session.attach([new File(['1'], 'a.csv')]));
  session.newConversation();
  session.attach([new File(['1'], 'b.csv')]);
  answer();
  await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
  expect(client.uploaded.at(-1)).toEqual(['b.csv', null]);
});

describe('the sample', () => {
  it('begins one conversation, however often it is clicked', async () => {
    await Promise.all([session.trySample('Which?'), session.trySample('Which?')]);
    expect(client.folders).toEqual(['analysis']);
    expect(client.chats.map(chat => chat.message)).toEqual(['Which?']);
    expect(session.state.conversationId).toBe('c1');
  });

  it('can be tried again when it was refused', async () => {
    client.refusal = unreachable();
    await session.trySample('Which?');
    expect(client.chats).toEqual([]);
    await session.trySample('Which?');
    expect(client.chats).toHaveLength(1);
  });

  it('takes nobody away from what was opened meanwhile', async () => {
    let tried: Promise<void> | undefined;
    const answer = await held(() => (tried = session.trySample('Which?')));
    session.open('other');
    answer();
    await tried;
    expect(session.state.conversationId).toBe('other');
    expect(client.chats).toEqual([]);
    expect(client.stored).toEqual([]);
  });

  it('is begun with what was chosen meanwhile', async () => {
    let tried: Promise<void> | undefined;
    const answer = await held(() => (tried = session.trySample('Which?')));
    folder.want(false);
    session.beginWith('parallel');
    answer();
    await tried;
    expect(client.settled.folder).toBeNull();
    expect(client.held.profile).toBe('parallel');
  });
});
