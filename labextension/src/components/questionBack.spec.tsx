/** Answering what the agent asks back. */

import { act, fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { EventLog, questionBack, runFinished, runStarted } from '../testing/events';
import { renderAgent } from '../testing/renderAgent';
import { useSessionState } from './context';
import { Transcript } from './transcript';

function TranscriptOfSession() {
  return <Transcript state={useSessionState()} />;
}

const button = (name: string): HTMLButtonElement => screen.getByRole('button', { name });

it('is answered with a click, and can then not be answered again', async () => {
  const { client, session } = renderAgent(<TranscriptOfSession />);
  await act(async () => {
    session.setDraft('The mean?');
    await session.send();
  });
  const log = new EventLog();
  const receive = (...bodies: Parameters<EventLog['add']> extends [string, ...infer B] ? B : never): void =>
    act(() => {
      client.latest.send(log.add('r1', ...bodies));
      session.dismissProblem();
    });
  act(() => client.latest.open());
  receive(runStarted('The mean?'), questionBack('Which mean?', 'per row', 'per region'));
  expect(button('per row').disabled).toBe(true);
  receive(runFinished());
  expect(screen.getByRole('region', { name: 'Question of the agent' }).textContent).toContain('Which mean?');

  await act(async () => {
    fireEvent.click(button('per region'));
    await Promise.resolve();
  });
  expect(client.chats.map(chat => [chat.message, chat.may_ask])).toEqual([
    ['The mean?', true],
    ['per region', true]
  ]);
  fireEvent.click(button('per row'));
  expect(client.chats).toHaveLength(2);
  act(() => {
    client.latest.send(log.add('r2', runStarted('per region')));
    session.dismissProblem();
  });
  expect(button('per row').disabled).toBe(true);
});
