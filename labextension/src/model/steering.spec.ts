/** What a person writes while an answer is worked on. */

import { StateDB } from '@jupyterlab/statedb';
import { expect, it } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { answer, EventLog, runFinished, runStarted, steered } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';

const refusal = new AgentProblem({ title: 'Nothing is being worked on.', detail: 'Ask it.', status: 409 });

function newSession(client: FakeClient): AgentSession {
  const preferences = loadedPreferences();
  const memory = new SessionMemory(new StateDB());
  return new AgentSession(client, preferences, new StartFolder(client, preferences), memory);
}

async function asked() {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('The sum?');
  await session.send();
  client.latest.open();
  const log = new EventLog();
  client.latest.send(log.add('r1', runStarted('The sum?')));
  return { client, session, log };
}

it('goes to the agent, and stands where it was said', async () => {
  const { client, session, log } = await asked();
  session.setDraft(' Only the North. ');
  await session.send();
  expect(client.steered).toEqual([['c1', 'Only the North.']]);
  expect(client.chats).toHaveLength(1);
  expect(session.state.draft).toBe('');
  client.latest.send(log.add('r1', steered('Only the North.'), answer('It is 40.'), runFinished()));
  const [turn] = session.state.view.turns;
  expect(turn?.blocks.map(block => block.kind)).toEqual(['said', 'text']);
});

it('is not lost when the run has ended meanwhile', async () => {
  const { client, session } = await asked();
  client.refusal = refusal;
  session.setDraft('Only the North.');
  await session.send();
  expect(session.state).toMatchObject({ draft: 'Only the North.', problem: refusal.problem });
});

it('waits until the server has the question', async () => {
  const client = new FakeClient();
  const session = newSession(client);
  session.setDraft('The sum?');
  await session.send();
  session.setDraft('Only the North.');
  await session.send();
  expect(client.steered).toEqual([]);
  expect(session.state.draft).toBe('Only the North.');
});
