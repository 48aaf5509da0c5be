/** The plugins of this extension, and the tokens that others can require. */

import { clientPlugin } from './plugins/client';
import { codePlugin } from './plugins/code';
import { commandsPlugin } from './plugins/commands';
import { firstLookPlugin } from './plugins/firstLook';
import { folderPlugin } from './plugins/folder';
import { kernelPlugin } from './plugins/kernel';
import { kernelCommandsPlugin } from './plugins/kernelCommands';
import { launcherPlugin } from './plugins/launcher';
import { panelPlugin } from './plugins/panel';
import { preferencesPlugin } from './plugins/preferences';
import { profileCommandsPlugin } from './plugins/profileCommands';
import { runCommandsPlugin } from './plugins/runCommands';
import { sessionPlugin } from './plugins/session';

export { CommandIDs } from './tokens/commandIds';
export { IAgentClient } from './tokens/client';
export { IAgentKernel } from './tokens/kernel';
export { IAgentPanel } from './tokens/panel';
export { IAgentSession } from './tokens/session';
export { IStartFolder } from './tokens/folder';
export { IPreferences } from './tokens/preferences';

export default [
  clientPlugin,
  preferencesPlugin,
  folderPlugin,
  sessionPlugin,
  kernelPlugin,
  panelPlugin,
  commandsPlugin,
  kernelCommandsPlugin,
  profileCommandsPlugin,
  runCommandsPlugin,
  codePlugin,
  firstLookPlugin,
  launcherPlugin
];
