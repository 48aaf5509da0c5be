/** Numbers as people read them. */

import type { TranslationBundle } from '@jupyterlab/translation';

/** `<0.1 s`, `0.4 s`, `12 s`, `2 min 05 s`. */
export function formatDuration(trans: TranslationBundle, seconds: number): string {
  if (seconds < 0.05) {
    return trans.__('<0.1 s');
  }
  if (seconds < 9.95) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return trans.__('%1 s', whole);
  }
  return trans.__('%1 min %2 s', Math.floor(whole / 60), String(whole % 60).padStart(2, '0'));
}

/** A running clock: `0:07`, `12:30`. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Bytes, in steps of 1,000: `812 B`, `1.2 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0, units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power] ?? ''}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString();
}

/** Rows and columns, or a length: `1,200 × 3`. Empty for a scalar. */
export function formatShape(shape: readonly number[] | null): string {
  return (shape ?? []).map(formatCount).join(' × ');
}
