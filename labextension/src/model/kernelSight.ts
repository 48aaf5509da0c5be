/** What is known of the kernels: of the open conversation's, and of all. One immutable value. */

import type { KernelProfile, KernelState } from '../types/shapes';
import type { KernelView, Problem, Readable, RewindRequest } from '../types/wire';

export interface KernelSight {
  /** How the open conversation's kernel stands; `unknown` until the server said. */
  readonly phase: KernelState | 'unknown';
  /** What it held when it was last looked into; null until the server said. */
  readonly view: KernelView | null;
  readonly looking: boolean;
  /** Why the last look failed. */
  readonly problem: Problem | null;
  /** Whether Linux confines the kernels; null until the server said. */
  readonly restricted: boolean | null;
  /** What code can read in the open conversation; null until the server said. */
  readonly readable: Readable | null;
  /** The person has chosen what code can read, and the server has not settled it yet. */
  readonly choosing: boolean;
  /** What the next program may do; null until the server said. */
  readonly profile: KernelProfile | null;
  /** The person wants to see the variables. */
  readonly variablesShown: boolean;
}

/** A moment that variables can be taken back to: before this attempt. */
export type Place = Readonly<RewindRequest>;

export const UNSEEN: KernelSight = {
  phase: 'not-started',
  view: null,
  looking: false,
  problem: null,
  restricted: null,
  readable: null,
  choosing: false,
  profile: null,
  variablesShown: false
};

/** The variables can be taken back to before this attempt, now. */
export function canRewind({ phase, view }: KernelSight, place: Place): boolean {
  return phase === 'idle' && !!view?.moments.some(moment => isSamePlace(moment, place));
}

/** The latest moment that the variables can be taken back to, now. */
export function latestMoment({ phase, view }: KernelSight): Place | null {
  return (phase === 'idle' && view?.moments.at(-1)) || null;
}

/** Another profile can be chosen, now; a kernel that is not restricted has none. */
export function canChooseProfile({ phase, profile }: KernelSight): boolean {
  return phase !== 'busy' && profile !== null && profile !== 'unrestricted';
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.run_id === other.run_id && one.step === other.step && one.attempt === other.attempt;
}
