/** Writing and sending, with the keyboard and with the buttons. */

import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { EventLog, runStarted } from '../testing/events';
import { FakeClient } from '../testing/fakeClient';
import { renderAgent, type RenderedAgent } from '../testing/renderAgent';
import { Composer } from './composer';
import { useSessionState } from './context';

function ComposerOfSession() {
  return <Composer state={useSessionState()} />;
}

async function composer(): Promise<RenderedAgent> {
  const agent = renderAgent(<ComposerOfSession />);
  await act(() => agent.session.start());
  return agent;
}

const field = (): HTMLTextAreaElement => screen.getByLabelText('Message to the agent');
const button = (name: string): HTMLButtonElement => screen.getByRole('button', { name });

/** Acts, and lets what follows from it happen. */
async function done(action: () => unknown): Promise<void> {
  await act(() => {
    action();
    return Promise.resolve();
  });
}

function write(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

it('sends with Enter, and not with Shift+Enter', async () => {
  const { client } = await composer();
  write('How many rows?');
  fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
  expect(client.chats).toEqual([]);
  await done(() => fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(client.chats.map(chat => chat.message)).toEqual(['How many rows?']);
  expect(field().value).toBe('');
});

it('leaves Enter to an input method that composes a character', async () => {
  const { client } = await composer();
  write('数');
  await done(() => fireEvent.keyDown(field(), { key: 'Enter', isComposing: true }));
  expect(client.chats).toEqual([]);
});

it('does not send what is empty', async () => {
  const { client } = await composer();
  write('   ');
  expect(button('Send').disabled).toBe(true);
  await done(() => fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(client.chats).toEqual([]);
});

it('turns Send into Stop while an answer comes', async () => {
  const { client, session } = await composer();
  write('Go');
  await done(() => fireEvent.click(button('Send')));
  act(() => client.latest.send(new EventLog().add('r1', runStarted('Go'))));
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
  await done(() => fireEvent.click(button('Stop (Escape)')));
  expect(client.stopped).toEqual(['c1']);
  expect(session.state.stopping).toBe(true);
  expect(button('Stopping…').disabled).toBe(true);
});

it('tells the agent at work what is written meanwhile, with Enter or the button beside Stop', async () => {
  const { client } = await composer();
  write('Go');
  await done(() => fireEvent.click(button('Send')));
  act(() => client.latest.send(new EventLog().add('r1', runStarted('Go'))));
  const tell = 'Tell the agent: it is taken into account at the next step';
  expect(screen.queryByRole('button', { name: tell })).toBeNull();
  write('Only the North.');
  await done(() => fireEvent.click(button(tell)));
  write('In euros.');
  await done(() => fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(client.steered).toEqual([
    ['c1', 'Only the North.'],
    ['c1', 'In euros.']
  ]);
  expect(button('Stop (Escape)').disabled).toBe(false);
});

it('sends the chosen way to work and the chosen model', async () => {
  const { client } = await composer();
  const ways = screen.getByLabelText<HTMLSelectElement>('How to work');
  expect([...ways.options].map(option => option.text)).toEqual(['Auto', 'Chat', 'Analyse', 'Plan and analyse']);
  fireEvent.change(ways, { target: { value: 'plan_execute' } });
  const models = screen.getByLabelText<HTMLSelectElement>('Model');
  expect([...models.options].map(option => option.text)).toEqual(['qwen3:8b (default)', 'gemma3:12b']);
  fireEvent.change(models, { target: { value: 'gemma3:12b' } });
  write('Go');
  await done(() => fireEvent.click(button('Send')));
  expect(client.chats[0]).toMatchObject({ agent_type: 'plan_execute', model: 'gemma3:12b' });
});

it('offers only the ways to work that are possible here', async () => {
  const client = new FakeClient();
  client.available = { ...client.available, agent_types: ['auto', 'chat'] };
  const { session } = renderAgent(<ComposerOfSession />, client);
  session.chooseAgent('react');
  await act(() => session.start());
  const ways = screen.getByLabelText<HTMLSelectElement>('How to work');
  expect([...ways.options].map(option => option.text)).toEqual(['Auto', 'Chat']);
  expect(ways.value).toBe('auto');
  write('Go');
  await done(() => fireEvent.click(button('Send')));
  expect(client.chats[0]).toMatchObject({ agent_type: 'auto' });
});

it('shows attached files, and leaves out one that is removed', async () => {
  const { client, session } = await composer();
  await act(async () => {
    session.attach([new File(['1'], 'sales.csv')]);
    await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
  });
  expect(screen.getByText('sales.csv')).toBeDefined();
  await done(() => fireEvent.click(button('Remove sales.csv')));
  expect(screen.queryByText('sales.csv')).toBeNull();
  expect(client.detached).toEqual(['a-sales.csv']);
});

it('attaches files that are pasted', async () => {
  const { session } = await composer();
  await act(async () => {
    fireEvent.paste(field(), { clipboardData: { files: [new File(['1'], 'pasted.png')] } });
    await vi.waitUntil(() => session.state.uploads[0]?.state === 'done');
  });
  expect(screen.getByText('pasted.png')).toBeDefined();
});

describe('what code can read', () => {
  const at = async (place: string | null): Promise<RenderedAgent> => {
    const agent = await composer();
    await act(async () => {
      agent.folder.start();
      agent.folder.moveTo(place);
      await Promise.resolve();
    });
    return agent;
  };
  const line = (): string | undefined => document.querySelector('.jp-Agent-folder')?.textContent ?? undefined;

  it('is the folder that the conversation is begun in', async () => {
    const { client } = await at('analysis');
    expect(line()).toBe('Can read: analysis');
    write('Go');
    await done(() => fireEvent.click(button('Send')));
    expect(client.chats[0]).toMatchObject({ folder: 'analysis' });
  });

  it('can be switched off and on again, for one conversation', async () => {
    const { client, session } = await at('analysis');
    await done(() => fireEvent.click(button('Do not let code read analysis')));
    expect(line()).toMatch('Can read: attached files only');
    fireEvent.click(button('Let it read analysis'));
    expect(line()).toBe('Can read: analysis');
    fireEvent.click(button('Do not let code read analysis'));
    write('Go');
    await done(() => fireEvent.click(button('Send')));
    expect(client.chats[0]).toMatchObject({ folder: null });
    act(() => session.newConversation());
    expect(line()).toBe('Can read: analysis');
  });

  it('is not promised where the server would not open it', async () => {
    const client = new FakeClient();
    client.opens = () => ({ folder: null, folder_note: 'Code can read attached files only: it is your home.' });
    const agent = renderAgent(<ComposerOfSession />, client);
    await act(async () => {
      agent.folder.start();
      agent.folder.moveTo('');
      await Promise.resolve();
    });
    expect(line()).toBe('Code can read attached files only: it is your home.');
    expect(screen.queryByRole('button', { name: /read/ })).toBeNull();
  });

  it('is not promised of a kernel that is not restricted', async () => {
    const { client, kernel } = await at('analysis');
    client.held = { ...client.held, restricted: false, profile: 'unrestricted' };
    await act(() => kernel.start());
    expect(line()).toBeUndefined();
  });

  it('is not mentioned where there is no folder on this server', async () => {
    await at(null);
    expect(line()).toBeUndefined();
  });

  it('can be left out and let in again after a file was attached, until something is asked; then it is said as it was settled', async () => {
    const { client, session } = await at('analysis');
    client.settled = { folder: 'analysis', folder_note: 'Code can read the files in analysis/.' };
    await act(async () => {
      session.attach([new File(['1'], 'a.csv'), new File(['1'], 'b.csv')]);
      await vi.waitUntil(() => session.state.uploads[1]?.state === 'done');
      client.latest.open();
    });
    expect(client.folders[0]).toBe('analysis');
    await done(() => fireEvent.click(button('Do not let code read analysis')));
    expect(line()).toMatch('Can read: attached files only');
    await done(() => fireEvent.click(button('Let it read analysis')));
    expect(line()).toBe('Can read: analysis');
    await done(() => fireEvent.click(button('Do not let code read analysis')));
    write('Go');
    await done(() => fireEvent.click(button('Send')));
    expect(line()).toBe('Code can read attached files only.');
    expect(document.querySelector('.jp-Agent-folder')?.getAttribute('title')).toBe(line());
    expect(screen.queryByRole('button', { name: /read/ })).toBeNull();
  });
});
