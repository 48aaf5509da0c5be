/** `IPreferences` from JupyterLab's settings; until those are loaded the defaults stand, but no folder is read. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IPreferences } from '../tokens/preferences';
import type { AgentType } from '../types/shapes';

export class Preferences implements IPreferences {
  get sendWithEnter(): boolean {
    return this._values.sendWithEnter;
  }

  get agentType(): AgentType {
    return this._values.agentType;
  }

  get showCode(): boolean {
    return this._values.showCode;
  }

  get readFolder(): boolean {
    return this._values.readFolder;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Take the values of `settings`, now and whenever they change; the schema has checked them. */
  follow(settings: ISettingRegistry.ISettings): void {
    const take = (): void => {
      this._values = {
        sendWithEnter: settings.get('sendWithEnter').composite as boolean,
        agentType: settings.get('agentType').composite as AgentType,
        showCode: settings.get('showCode').composite as boolean,
        readFolder: settings.get('readFolder').composite as boolean
      };
      this._changed.emit();
    };
    settings.changed.connect(take);
    take();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _values: Omit<IPreferences, 'changed'> = {
    sendWithEnter: true,
    agentType: 'auto',
    showCode: true,
    readFolder: false
  };
}
