/** What is known of the kernels: of the open conversation's, and of all. One immutable value. */

import type { KernelState } from '../types/shapes';
import type { KernelView, Problem, RewindRequest } from '../types/wire';

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

export function isSamePlace(one: Place, other: Place): boolean {
  return one.run_id === other.run_id && one.step === other.step && one.attempt === other.attempt;
}
