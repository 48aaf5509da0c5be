/** Settings that cannot be loaded are said, and open nothing. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { expect, it, vi } from 'vitest';

import { FakeSettings } from '../testing/preferences';
import type { IPreferences } from '../tokens/preferences';
import { preferencesPlugin } from './preferences';

function preferencesFrom(load: () => Promise<unknown>): IPreferences {
  const registry = { load } as unknown as ISettingRegistry;
  return preferencesPlugin.activate({} as JupyterFrontEnd, registry, null) as IPreferences;
}

it('follows the settings once they are loaded', async () => {
  const preferences = preferencesFrom(() => Promise.resolve(new FakeSettings()));
  expect(preferences.readFolder).toBe(false);
  await vi.waitUntil(() => preferences.readFolder);
});

it('says that they could not be loaded, and has code read no folder', async () => {
  const preferences = preferencesFrom(() => Promise.reject(new Error('The data is not valid.')));
  await vi.waitUntil(() => Notification.manager.count > 0);
  expect(Notification.manager.notifications[0]?.message).toContain('could not be loaded');
  expect(preferences.readFolder).toBe(false);
});
