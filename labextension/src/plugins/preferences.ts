/** Provides the preferences; its settings are in schema/plugin.json. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Preferences } from '../model/preferences';
import { IPreferences } from '../tokens/preferences';

export const preferencesPlugin: JupyterFrontEndPlugin<IPreferences> = {
  id: 'jupyterlab-agent:plugin',
  description: "A person's preferences for the agent.",
  provides: IPreferences,
  optional: [ISettingRegistry, ITranslator],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    const preferences = new Preferences();
    void registry?.load(preferencesPlugin.id).then(
      settings => preferences.follow(settings),
      () =>
        Notification.warning(
          trans.__(
            'The settings of the agent could not be loaded: their defaults hold, but code reads attached files only. Check them in the settings editor, then reload the page.'
          ),
          { autoClose: false }
        )
    );
    return preferences;
  }
};
