/** A run is downloaded as the server wrote it, and when that fails a person is told. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { AgentProblem } from '../client/agentProblem';
import { AgentSession } from '../model/session';
import { SessionMemory } from '../model/sessionMemory';
import { StartFolder } from '../model/startFolder';
import { FakeClient } from '../testing/fakeClient';
import { loadedPreferences } from '../testing/preferences';
import { CommandIDs } from '../tokens/commandIds';
import { runCommandsPlugin } from './runCommands';

const saved: { name: string; blob: Blob }[] = [];
let blob: Blob;

beforeEach(() => {
  saved.length = 0;
  URL.createObjectURL = (given: Blob) => {
    blob = given;
    return 'blob:made';
  };
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, blob });
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

function activated(client: FakeClient): CommandRegistry {
  const preferences = loadedPreferences();
  const session = new AgentSession(
    client,
    preferences,
    new StartFolder(client, preferences),
    new SessionMemory(null)
  );
  const commands = new CommandRegistry();
  void runCommandsPlugin.activate({ commands } as JupyterFrontEnd, client, session, null, null);
  return commands;
}

/** jsdom's blobs have no `text`. */
function textOf(content = new Blob()): Promise<string> {
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(content);
  });
}

it('saves the document of the run that is named', async () => {
  const commands = activated(new FakeClient());
  await commands.execute(CommandIDs.downloadRun, { run_id: '0123456789abcdef' });
  expect(saved.map(({ name }) => name)).toEqual(['run-0123456789ab.json']);
  expect(await textOf(saved[0]?.blob)).toBe('{"trajectory":{"run_id":"0123456789abcdef"}}');
});

it('has nothing to do where nothing ran', () => {
  const commands = activated(new FakeClient());
  expect(commands.isEnabled(CommandIDs.downloadRun)).toBe(false);
  expect(commands.isEnabled(CommandIDs.downloadRun, { run_id: 'r' })).toBe(true);
});

it('says why a run cannot be downloaded', async () => {
  const client = new FakeClient();
  client.refusal = new AgentProblem({ title: 'There is no such run.', detail: 'It may have been deleted.', status: 404 });
  const done = activated(client).execute(CommandIDs.downloadRun, { run_id: 'r' });
  await vi.waitFor(() => expect(document.body.textContent).toContain('There is no such run.'));
  document.querySelector<HTMLButtonElement>('.jp-Dialog button')?.click();
  await done;
  expect(saved).toEqual([]);
});
