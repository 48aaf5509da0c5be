/** What the plugins insist on is what every Jupyter front end has: JupyterLab, and Notebook 7. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { expect, it } from 'vitest';

import { clientPlugin } from './client';
import { commandsPlugin } from './commands';
import { firstLookPlugin } from './firstLook';
import { kernelPlugin } from './kernel';
import { kernelCommandsPlugin } from './kernelCommands';
import { launcherPlugin } from './launcher';
import { panelPlugin } from './panel';
import { preferencesPlugin } from './preferences';
import { profileCommandsPlugin } from './profileCommands';
import { runCommandsPlugin } from './runCommands';
import { sessionPlugin } from './session';

// Without those for code and for the folder: a notebook's modules do not load outside a browser.
const PLUGINS: readonly JupyterFrontEndPlugin<unknown>[] = [
  clientPlugin,
  preferencesPlugin,
  sessionPlugin,
  kernelPlugin,
  panelPlugin,
  commandsPlugin,
  kernelCommandsPlugin,
  profileCommandsPlugin,
  runCommandsPlugin,
  firstLookPlugin,
  launcherPlugin
];

/** Notebook 7 has these, too; it has no launcher and no layout to restore. */
const EVERYWHERE = [
  'jupyterlab-agent:IStartFolder',
  '@jupyterlab/coreutils:IStateDB',
  '@jupyterlab/rendermime:IRenderMimeRegistry',
  '@jupyterlab/codemirror:IEditorLanguageRegistry'
];

it('requires nothing that only JupyterLab has', () => {
  const there = new Set(EVERYWHERE.concat(PLUGINS.flatMap(({ provides }) => (provides ? [provides.name] : []))));
  const required = PLUGINS.flatMap(({ requires }) => requires ?? []).map(token => token.name);
  expect(required.length).toBeGreaterThan(0);
  expect(required.filter(name => !there.has(name))).toEqual([]);
});
