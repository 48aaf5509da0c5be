/** What a person prefers, from JupyterLab's settings. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { AgentType } from '../types/shapes';

export interface IPreferences {
  /** Enter sends and Shift+Enter begins a new line; otherwise the other way round. */
  readonly sendWithEnter: boolean;
  readonly agentType: AgentType;
  /** Show the code of a step when it has ended. */
  readonly showCode: boolean;
  /** Let a new conversation's code read the folder that the person works in. */
  readonly readFolder: boolean;
  readonly changed: ISignal<IPreferences, void>;
}

export const IPreferences = new Token<IPreferences>(
  'jupyterlab-agent:IPreferences',
  "A person's preferences for the agent's sidebar."
);
