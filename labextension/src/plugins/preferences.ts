/** Provides the preferences; its settings are in schema/plugin.json. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Preferences } from '../model/preferences';
import { IPreferences } from '../tokens/preferences';

export const preferencesPlugin: JupyterFrontEndPlugin<IPreferences> = {
  id: 'jupyterlab-agent:plugin',
  description: "A person's preferences for the agent.",
  provides: IPreferences,
  optional: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null) => {
    const preferences = new Preferences();
    void registry?.load(preferencesPlugin.id).then(settings => preferences.follow(settings));
    return preferences;
  }
};
