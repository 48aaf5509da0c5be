/** A stream gives each event once and in order, whatever happens to the connection. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { answerDelta, EventLog, runStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { AgentProblem, unreachable } from './agentProblem';
import { backoff } from './backoff';
import { EventStream, type Connection } from './eventStream';

let client: FakeClient;
let seen: number[];
let connections: Connection[];
let reasons: string[];
let refusals: AgentProblem[];
let stream: EventStream;
const log = new EventLog();
log.add('r1', runStarted(), answerDelta('a'), answerDelta('b'), answerDelta('c'), answerDelta('d'));

beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  client.stored = [{ id: 'c1', owner: 'owner', title: '', created: '', updated: '', profile: null }];
  seen = [];
  connections = [];
  reasons = [];
  refusals = [];
  stream = new EventStream(client, 'c1', {
    onEvent: event => seen.push(event.sequence),
    onConnection: (connection, reason) => {
      connections.push(connection);
      reasons.push(reason);
    },
    onRefused: problem => refusals.push(problem)
  });
  client.latest.open();
});

afterEach(() => {
  stream.close();
  vi.useRealTimers();
});

it('comes back after the last event that it saw', async () => {
  client.latest.send(log.events.slice(0, 3));
  client.latest.break();
  await vi.advanceTimersByTimeAsync(1000);
  expect(client.sockets).toHaveLength(2);
  expect(client.latest.after).toBe(3);
  client.latest.open();
  client.latest.send(log.events.slice(3));
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(connections).toEqual(['connecting', 'open', 'lost', 'open']);
});

it('drops what it saw before', () => {
  client.latest.send([...log.events.slice(0, 3), ...log.events]);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

it('asks again when something is missing in between', async () => {
  const first = client.latest;
  first.send([...log.events.slice(0, 1), ...log.events.slice(3)]);
  expect(seen).toEqual([1]);
  expect(first.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(client.latest.after).toBe(1);
  client.latest.send(log.events.slice(1));
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

it('keeps trying while no server answers, ever more slowly', async () => {
  for (let count = 0; count < 5; count++) {
    client.refusal = unreachable();
    client.latest.break();
    await vi.advanceTimersByTimeAsync(20_000);
  }
  expect(client.sockets).toHaveLength(6);
  expect([0, 1, 2, 10].map(attempt => backoff(attempt, 0))).toEqual([500, 1000, 2000, 15_000]);
  expect(backoff(0, 1)).toBe(375);
});

it('says why the server broke off until there is a connection that lasts', async () => {
  const full = 'The disk is full.';
  for (let count = 0; count < 4; count++) {
    client.latest.break(1011, full);
    await vi.advanceTimersByTimeAsync(backoff(count, 0));
    expect(client.sockets).toHaveLength(count + 2);
    client.latest.open();
  }
  expect(connections).toEqual(['connecting', 'open', 'lost', 'lost', 'lost', 'lost']);
  expect(reasons.slice(2)).toEqual([full, full, full, full]);
  client.latest.break();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reasons.at(-1)).toBe(full);
  client.latest.open();
  client.latest.send(log.events);
  expect(connections.at(-1)).toBe('open');
  expect(reasons.at(-1)).toBe('');
});

it('counts as open again when nothing breaks it off for a while', async () => {
  client.latest.break(1001, 'The server is stopping.');
  await vi.advanceTimersByTimeAsync(1000);
  client.latest.open();
  expect(connections.at(-1)).toBe('lost');
  await vi.advanceTimersByTimeAsync(1000);
  expect([connections.at(-1), reasons.at(-1)]).toEqual(['open', '']);
});

it('tries at once when asked to', async () => {
  client.latest.break(1011, 'The disk is full.');
  await vi.advanceTimersByTimeAsync(0);
  stream.retryNow();
  expect(client.sockets).toHaveLength(2);
  stream.retryNow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(client.sockets).toHaveLength(2);
});

it.each([
  [4404, 404],
  [4400, 400]
])('gives up with the reason when the server refuses for good (%i)', async (code, status) => {
  client.latest.break(code, 'This conversation was deleted.');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refusals.map(problem => problem.problem)).toEqual([
    { title: 'This conversation was deleted.', detail: '', status }
  ]);
  expect(client.sockets).toHaveLength(1);
});

it('gives up when the conversation is gone', async () => {
  client.stored = [];
  client.latest.break();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refusals.map(problem => problem.status)).toEqual([404]);
  expect(client.sockets).toHaveLength(1);
});

it.each([401, 403])('tries again only when asked to once it is refused with %i', async status => {
  client.refusal = new AgentProblem({ title: 'You are logged out.', detail: 'Log in.', status });
  client.latest.send(log.events.slice(0, 3));
  client.latest.break();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(client.sockets).toHaveLength(1);
  expect(connections).toEqual(['connecting', 'open', 'lost', 'refused']);
  expect(reasons.at(-1)).toBe('You are logged out. Log in.');
  expect(refusals.map(problem => problem.status)).toEqual([status]);
  stream.retryNow();
  expect(client.latest.after).toBe(3);
  client.latest.open();
  client.latest.send(log.events.slice(3));
  expect(connections.at(-1)).toBe('open');
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

it('is silent once it is closed', async () => {
  const socket = client.latest;
  stream.close();
  socket.send(log.events);
  socket.break();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual([]);
  expect(client.sockets).toHaveLength(1);
});
