/** What is said above the composer, and the way out that stands next to it. */

import { act, fireEvent, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { EventLog, runFinished, runStarted } from '../testing/events';
import { renderAgent } from '../testing/renderAgent';
import { useSessionState } from './context';
import { Messages } from './messages';
import { StatusLine } from './statusLine';

function MessagesOfSession() {
  const state = useSessionState();
  return (
    <>
      <Messages state={state} />
      <StatusLine state={state} />
    </>
  );
}

it('says why the server broke off, and connects when told to', async () => {
  const { client, session } = renderAgent(<MessagesOfSession />);
  client.stored = [{ id: 'c1', owner: 'owner', title: '', created: '', updated: '', profile: null }];
  await act(() => session.start());
  act(() => session.open('c1'));
  await act(async () => {
    client.latest.open();
    client.latest.break(1011, 'The disk is full: nothing more can be stored.');
    await new Promise(resolve => setTimeout(resolve, 10));
  });
  expect(screen.getByRole('note').textContent).toContain('The disk is full: nothing more can be stored.');
  expect(screen.getByRole('status').textContent).toBe('Trying again…');
  fireEvent.click(screen.getByRole('button', { name: 'Try again now' }));
  expect(client.sockets).toHaveLength(2);
  client.latest.open();
  await vi.waitUntil(() => screen.queryByRole('note') === null, { timeout: 5000 });
});

it('says that the server refuses the connection, and connects when told to', async () => {
  const { client, session } = renderAgent(<MessagesOfSession />);
  client.stored = [{ id: 'c1', owner: 'owner', title: '', created: '', updated: '', profile: null }];
  await act(() => session.start());
  act(() => session.open('c1'));
  await act(async () => {
    client.latest.open();
    client.latest.send(new EventLog().add('r1', runStarted(), runFinished()));
    await vi.waitUntil(() => client.looks > 0);
  });
  await act(async () => {
    client.refusal = new AgentProblem({ title: 'You are logged out.', detail: 'Log in again.', status: 403 });
    client.latest.break();
    await vi.waitUntil(() => session.state.connection === 'refused');
  });
  expect(screen.getByRole('alert').textContent).toContain('You are logged out. Log in again.');
  expect(screen.getByRole('status').textContent).toBe('Not connected');
  client.refusal = new AgentProblem({ title: 'You are logged out.', detail: 'Log in again.', status: 403 });
  await act(() => session.rename('Not now'));
  expect(screen.getAllByRole('alert')).toHaveLength(1);

  fireEvent.click(screen.getByRole('button', { name: 'Try again now' }));
  expect(client.sockets).toHaveLength(2);
  expect(client.latest.after).toBe(2);
  await act(async () => {
    client.latest.open();
    await vi.waitUntil(() => !session.state.checkingModels);
  });
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole('status').textContent).toBe('qwen3:8b · Ollama');
});

it('says of a small model in one line how to get a larger one, for those who ask', async () => {
  const { client, session } = renderAgent(<MessagesOfSession />);
  client.available = {
    ...client.available,
    provider: 'embedded',
    notice: 'Small embedded model',
    advice: 'For a larger one run `ollama pull qwen3:8b`.'
  };
  await act(() => session.start());
  const note = screen.getByRole('note');
  expect(note.textContent).toBe('Small embedded model · get a larger one');
  fireEvent.click(screen.getByRole('button', { name: 'Small embedded model · get a larger one' }));
  expect(note.textContent).toContain('run ollama pull qwen3:8b.');
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('note')).toBeNull();
});
