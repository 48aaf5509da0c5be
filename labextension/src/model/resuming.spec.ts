/** Plans that can be taken up again: what is left of them, and how that is asked for. */

import { expect, it } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { attemptFinished, attemptStarted, EventLog, planned, plannedStep, rewoundTo, runFinished, runStarted, stepStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import type { EventBody } from '../types/shapes';
import { isResumable, leftToDo } from './plan';
import { reduce } from './reduce';
import { AgentSession } from './session';
import { SessionMemory } from './sessionMemory';
import { StartFolder } from './startFolder';
import { EMPTY_VIEW, type Turn } from './view';

const PLAN = planned([
  plannedStep('done', 'Load'),
  plannedStep('left-out', 'Clean'),
  plannedStep('working', 'Sum'),
  plannedStep('waiting', 'Mean')
]);

function turnOf(...bodies: readonly EventBody[]): Turn {
  const log = new EventLog();
  const view = log.add('r1', runStarted('Both?'), ...bodies).reduce(reduce, EMPTY_VIEW);
  return view.turns[0] as Turn;
}

const goals = (turn: Turn): string[] => leftToDo(turn).map(step => step.goal);

it('leaves to do what is neither done nor left out, once its run has failed or was stopped', () => {
  expect(goals(turnOf(PLAN))).toEqual([]);
  expect(goals(turnOf(PLAN, runFinished('stopped')))).toEqual(['Sum', 'Mean']);
  expect(goals(turnOf(PLAN, runFinished('failed')))).toEqual(['Sum', 'Mean']);
  expect(goals(turnOf(PLAN, runFinished('completed')))).toEqual([]);
  expect(isResumable(turnOf(runFinished('failed')))).toBe(false);
});

it('leaves a step to do whose variables were taken back', () => {
  const turn = turnOf(
    planned([plannedStep('done', 'Count the rows'), plannedStep('failed', 'Sum')]),
    stepStarted(1, 'Count the rows'),
    attemptStarted('x'),
    attemptFinished(),
    runFinished('failed'),
    rewoundTo()
  );
  expect(goals(turn)).toEqual(['Count the rows', 'Sum']);
});

async function withFailedPlan() {
  const client = new FakeClient();
  const preferences = loadedPreferences();
  const session = new AgentSession(client, preferences, new StartFolder(client, preferences), new SessionMemory(null));
  session.setDraft('Both?');
  await session.send();
  client.latest.open();
  const log = new EventLog();
  client.latest.send(log.add('r1', runStarted('Both?'), PLAN, runFinished('failed')));
  return { client, session, log, turn: session.state.view.turns[0] as Turn };
}

it('asks the server to go on, with the steps that are wanted', async () => {
  const { client, session, log, turn } = await withFailedPlan();
  await session.resume(turn);
  expect(session.state.pending).toMatchObject({ question: 'Both?' });
  await session.resume(turn);
  expect(client.resumed).toEqual([{ run_id: 'r1', steps: null, model: null }]);
  client.latest.send(log.add('r2', { ...runStarted('Both?'), resumes: 'r1' } as EventBody, runFinished('failed')));
  expect(session.state.view.turns.map(({ resumed }) => resumed)).toEqual([false, true]);

  const steps = [{ goal: 'Mean', approach: '', criterion: '' }];
  await session.resume(turn, steps);
  expect(client.resumed.at(-1)).toEqual({ run_id: 'r1', steps, model: null });
});

it('is stopped although the request was still on its way', async () => {
  const { client, session, turn } = await withFailedPlan();
  const resuming = session.resume(turn);
  await session.stop();
  await resuming;
  expect(client.stopped).toEqual(['c1']);
});

it('says why the server refuses, and waits for nothing', async () => {
  const { client, session, turn } = await withFailedPlan();
  client.refusal = new AgentProblem({ title: 'Something else was asked since then.', detail: 'Ask.', status: 400 });
  await session.resume(turn);
  expect(session.state).toMatchObject({ pending: null, problem: { title: 'Something else was asked since then.' } });
});
