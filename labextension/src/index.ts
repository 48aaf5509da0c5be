/** The plugins of this extension, and the tokens that others can require. */

import { clientPlugin } from './plugins/client';
import { codePlugin } from './plugins/code';
import { commandsPlugin } from './plugins/commands';
import { firstLookPlugin } from './plugins/firstLook';
import { launcherPlugin } from './plugins/launcher';
import { panelPlugin } from './plugins/panel';
import { preferencesPlugin } from './plugins/preferences';
import { sessionPlugin } from './plugins/session';

export { CommandIDs } from './tokens/commandIds';
export { IAgentClient } from './tokens/client';
export { IAgentPanel } from './tokens/panel';
export { IAgentSession } from './tokens/session';
export { IPreferences } from './tokens/preferences';

export default [
  clientPlugin,
  preferencesPlugin,
  sessionPlugin,
  panelPlugin,
  commandsPlugin,
  codePlugin,
  firstLookPlugin,
  launcherPlugin
];
