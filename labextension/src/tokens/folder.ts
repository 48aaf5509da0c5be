/** The folder that the next conversation is begun in, and whether code may read it. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Readable } from '../types/wire';

export interface IStartFolder {
  /** Where the person works, as the contents API names it; null when that is not on this server. */
  readonly place: string | null;
  /** The person, or the settings, want code to read it. */
  readonly wanted: boolean;
  /** What to begin a conversation with: the place, if it is wanted and known what the server would open there. */
  readonly path: string | null;
  /** What the server would open of the place; null until it said. */
  readonly readable: Readable | null;
  readonly changed: ISignal<IStartFolder, void>;

  /** The person works somewhere else now. */
  moveTo(place: string | null): void;
  /** For the next conversation only; null: as the settings say. */
  want(wanted: boolean | null): void;
  /** Ask the server what it would open, and again whenever the place changes. */
  start(): void;
}

export const IStartFolder = new Token<IStartFolder>(
  'jupyterlab-agent:IStartFolder',
  'The folder that the next conversation with the agent is begun in.'
);
