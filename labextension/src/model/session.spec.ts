/** A conversation from the person's side: what is sent, what is kept, and what a refusal does. */

import { PromiseDelegate } from '@lumino/coreutils';
import { StateDB } from '@jupyterlab/statedb';
import { describe, expect, it, vi } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { answer, EventLog, runFinished, runStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';
import { isRunning, isUploading, lacksModel, modelNotice } from './sessionState';

const refusal = new AgentProblem({ title: 'The conversation is busy.', detail: 'Wait for the answer.', status: 409 });

function newSession(client = new FakeClient(), database = new StateDB()): AgentSession {
  const preferences = loadedPreferences();
  return new AgentSession(client, preferences, new StartFolder(client, preferences), new SessionMemory(database));
}

const file = (name: string): File => new File(['a,b\n1,2\n'], name);

it('begins a conversation with the first question', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('  How many rows? ');
  await session.send();
  expect(client.chats).toEqual([
    { message: 'How many rows?', conversation_id: null, agent_type: 'auto', files: [], model: null, folder: null, wait: false, may_ask: true }
  ]);
  expect(session.state).toMatchObject({ conversationId: 'c1', draft: '', pending: { question: 'How many rows?' } });
  expect(client.latest).toMatchObject({ conversationId: 'c1', after: 0 });

  client.latest.open();
  const log = new EventLog();
  client.latest.send(log.add('r1', runStarted('How many rows?')));
  expect(session.state.pending).toBeNull();
  expect(isRunning(session.state)).toBe(true);
  client.latest.send(log.add('r1', answer('Four.'), runFinished()));
  expect(isRunning(session.state)).toBe(false);
});

describe('what code can read', () => {
  const readable = { folder: 'analysis', folder_note: 'Code can read the files in analysis/.' };
  const inAnalysis = async () => {
    const client = new FakeClient();
    client.settled = readable;
    const preferences = loadedPreferences();
    const folder = new StartFolder(client, preferences);
    folder.start();
    folder.moveTo('analysis');
    await vi.waitUntil(() => folder.path === 'analysis');
    return { client, folder, session: new AgentSession(client, preferences, folder, new SessionMemory(null)) };
  };

  it.each([null, 'parallel'] as const)('is what was chosen while a file was being sent (profile %s)', async profile => {
    const { client, folder, session } = await inAnalysis();
    if (profile) {
      session.beginWith(profile);
    }
    const sent = new PromiseDelegate<void>();
    client.waitsFor = sent.promise;
    session.attach([file('a.csv')]);
    await vi.waitUntil(() => client.waitsFor !== sent.promise);
    folder.want(false);
    sent.resolve(undefined);
    await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
    expect(client.settled.folder).toBeNull();
  });

  it('is settled before a question is asked, or the question is not asked', async () => {
    const { client, session } = await inAnalysis();
    session.attach([file('a.csv')]);
    await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
    const settled = new PromiseDelegate<void>();
    client.waitsFor = settled.promise;
    const choices = [session.chooseFolder('analysis'), session.chooseFolder(null)];
    await vi.waitUntil(() => client.waitsFor !== settled.promise);
    session.setDraft('What is in it?');
    const question = session.send();
    await new Promise(resolve => setTimeout(resolve));
    expect(session.state.pending).not.toBeNull();
    expect(client.chats).toEqual([]);
    settled.resolve(undefined);
    await Promise.all([...choices, question]);
    expect(client.chats).toHaveLength(1);
    expect(client.settled.folder).toBeNull();

    client.refusal = refusal;
    const refused = session.chooseFolder(null);
    session.setDraft('And now?');
    await Promise.all([refused, session.send()]);
    expect(client.chats).toHaveLength(1);
    expect(session.state).toMatchObject({ draft: 'And now?', problem: refusal.problem });
  });
});

it('sends files one after the other into one conversation, and names them in the question', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.attach([file('a.csv'), file('b.csv')]);
  await vi.waitUntil(() => !isUploading(session.state));
  expect(client.uploaded).toEqual([
    ['a.csv', null],
    ['b.csv', 'c1']
  ]);
  await session.detach(session.state.uploads[0]?.key ?? -1);
  expect(client.detached).toEqual(['a-a.csv']);
  session.setDraft('Compare them');
  await session.send();
  expect(client.chats[0]).toMatchObject({ conversation_id: 'c1', files: ['a-b.csv'] });
  expect(session.state.uploads).toEqual([]);
});

it('lets a question wait for its files, and go only once', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.attach([file('a.csv'), file('b.csv')]);
  session.setDraft('Compare them');
  await Promise.all([session.send(), session.send()]);
  expect(client.chats.map(chat => chat.files)).toEqual([['a-a.csv', 'a-b.csv']]);
});

it('keeps a question whose file could not be attached', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  client.refusal = refusal;
  session.attach([file('a.csv')]);
  session.setDraft('What is in it?');
  await session.send();
  expect(client.chats).toEqual([]);
  expect(session.state.draft).toBe('What is in it?');
});

it('gives a refused question back, with its files', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.attach([file('a.csv')]);
  await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
  session.setDraft('How many?');
  client.refusal = refusal;
  await session.send();
  expect(session.state).toMatchObject({
    draft: 'How many?',
    pending: null,
    problem: refusal.problem,
    uploads: [{ name: 'a.csv', state: 'done' }]
  });
  await session.send();
  expect(client.chats).toHaveLength(1);
  expect(session.state.problem).toBeNull();
});

it('says why a file was not attached, and goes on', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  client.refusal = new AgentProblem({ title: 'Too large.', detail: 'Attach less.', status: 413 });
  session.attach([file('big.csv'), file('small.csv')]);
  await vi.waitUntil(() => session.state.uploads[1]?.state === 'done');
  expect(session.state.uploads[0]).toMatchObject({ state: 'failed', problem: { title: 'Too large.' } });
});

it.each([
  { status: 409, stays: true, said: true },
  { status: 503, stays: true, said: true },
  { status: 400, stays: false, said: true },
  { status: 404, stays: false, said: false }
])('leaves a file out whose removal is refused ($status)', async ({ status, stays, said }) => {
  const client = new FakeClient();
  const session = newSession(client);
  session.attach([file('a.csv')]);
  await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
  client.refusal = new AgentProblem({ title: 'No.', detail: '', status });
  const detached = session.detach(session.state.uploads[0]?.key ?? -1);
  expect(session.state.uploads).toEqual([]);
  await detached;
  expect(session.state.uploads.map(({ name }) => name)).toEqual(stays ? ['a.csv'] : []);
  expect(session.state.problem?.title).toBe(said ? 'No.' : undefined);
});

it('says why the server broke off, until it is back', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('How many?');
  await session.send();
  client.latest.open();
  client.latest.break(1011, 'The disk is full.');
  await vi.waitUntil(() => client.sockets.length === 1 && session.state.connection === 'lost');
  expect(session.state.interruption).toBe('The disk is full.');
  client.refusal = new AgentProblem({ title: 'The disk is full.', detail: 'Make room.', status: 503 });
  await session.rename('Not now');
  expect(session.state.problem).toBeNull();
  await vi.waitUntil(() => {
    session.reconnect();
    return client.sockets.length === 2;
  });
  client.latest.open();
  client.latest.send(new EventLog().add('r1', runStarted()));
  expect(session.state).toMatchObject({ connection: 'open', interruption: '' });
  session.newConversation();
  expect(session.state.interruption).toBe('');
});

it('stops a question that the server has not taken yet', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('Slow');
  const sent = session.send();
  await session.stop();
  await sent;
  expect(client.stopped).toEqual(['c1']);
  expect(session.state.stopping).toBe(true);
  client.latest.send(new EventLog().add('r1', runStarted('Slow'), runFinished('stopped')));
  expect(session.state.stopping).toBe(false);
});

const WAYS = ['auto', 'chat', 'react', 'plan_execute'] as const;

it.each(WAYS)('opens the same conversation after a reload, with %s chosen', async agentType => {
  const client = new FakeClient();
  const database = new StateDB();
  const before = newSession(client, database);
  before.setDraft('Remember me');
  await before.send();
  before.chooseAgent(agentType);
  before.dismissNotice('A small model answers.');

  const after = newSession(client, database);
  await after.start();
  expect(after.state).toMatchObject({ conversationId: 'c1', agentType });
  expect(client.latest).toMatchObject({ conversationId: 'c1', after: 0 });
  expect(modelNotice({ ...after.state, models: { ...client.available, notice: 'A small model answers.' } })).toBeNull();
});

it('forgets what it does not understand', async () => {
  const database = new StateDB();
  await database.save('jupyterlab-agent:session', { conversationId: 7, agentType: 'wizard' });
  const session = newSession(new FakeClient(), database);
  await session.start();
  expect(session.state).toMatchObject({ conversationId: null, agentType: null });
});

it('leaves a conversation whose server says that it is gone', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.open('gone');
  client.latest.break();
  await vi.waitUntil(() => session.state.conversationId === null);
  expect(session.state.problem?.status).toBe(404);
});

it('does not mix conversations that are switched while a question is on its way', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('First');
  const sent = session.send();
  session.newConversation();
  await sent;
  expect(session.state).toMatchObject({ conversationId: null, pending: null });
});

it('does not send to a new conversation what waited for files of the old one', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.attach([file('a.csv')]);
  session.setDraft('What is in it?');
  const sent = session.send();
  session.newConversation();
  await sent;
  expect(client.chats).toEqual([]);
});

it('renames and deletes', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('Title?');
  await session.send();
  await session.rename('  Sales ');
  expect(session.state.conversations?.[0]?.title).toBe('Sales');
  await session.remove();
  expect(session.state).toMatchObject({ conversationId: null, conversations: [] });
});

it('knows when no model can answer, and looks again', async () => {
  const client = new FakeClient();
  const { available } = client;
  client.available = { model: '', provider: '', notice: 'Start Ollama.', advice: '', models: [], agent_types: ['auto'] };
  const session = newSession(client);
  await session.start();
  expect(lacksModel(session.state)).toBe(true);
  client.available = available;
  await session.checkModels();
  expect(lacksModel(session.state)).toBe(false);
});

it('tells about many events once a frame', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.open('c1');
  client.latest.open();
  let changes = 0;
  session.changed.connect(() => changes++);
  const log = new EventLog();
  log.add('r1', runStarted());
  for (let count = 0; count < 2000; count++) {
    log.add('r1', { kind: 'text-delta', target: 'answer', text: 'word ', step: null, attempt: null });
  }
  client.latest.send(log.events);
  await vi.waitUntil(() => session.state.view.sequence === 2001);
  expect(changes).toBeLessThan(20);
});
