/** A person's settings, as JupyterLab loads them. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import { Preferences } from '../model/preferences';

/** The defaults of the schema. */
export class FakeSettings {
  readonly changed = new Signal<this, void>(this);

  get(key: string): { composite: unknown } {
    return { composite: key === 'agentType' ? 'auto' : true };
  }
}

/** Preferences of a person who has changed nothing. */
export function loadedPreferences(): Preferences {
  const preferences = new Preferences();
  preferences.follow(new FakeSettings() as unknown as ISettingRegistry.ISettings);
  return preferences;
}
