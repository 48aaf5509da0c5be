/** The kernel of the conversation that the sidebar shows: what it holds, and going back. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { KernelSight, Place } from '../model/kernelSight';
import type { Profile } from '../types/shapes';

export interface IAgentKernel {
  readonly sight: KernelSight;
  readonly changed: ISignal<IAgentKernel, void>;

  /** Ask the server how code will run. Safe to call again. */
  start(): Promise<void>;

  /** Ask what the kernel holds now. That happens by itself when a run ends; it starts no kernel. */
  look(): Promise<void>;

  /** Take the variables back to before an attempt. What the server refuses is said by the session. */
  rewind(place: Place): Promise<void>;

  /** What the next program may do, in the open conversation or in the one that is begun next. */
  chooseProfile(profile: Profile): Promise<void>;

  /** Have code read this folder besides attached files, or nothing; until something was asked. */
  chooseFolder(folder: string | null): Promise<void>;

  showVariables(shown: boolean): void;
}

export const IAgentKernel = new Token<IAgentKernel>(
  'jupyterlab-agent:IAgentKernel',
  "The kernel of the agent's conversation that the sidebar shows."
);
