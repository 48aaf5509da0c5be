import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import { formatClock, formatDuration, formatSize } from './format';

const trans = nullTranslator.load('');

it.each([
  [0, '<0.1 s'],
  [0.36, '0.4 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [125, '2 min 05 s']
])('%d seconds', (seconds, text) => {
  expect(formatDuration(trans, seconds)).toBe(text);
});

it.each([
  [-3000, '0:00'],
  [7999, '0:07'],
  [750_000, '12:30']
])('%d milliseconds on the clock', (milliseconds, text) => {
  expect(formatClock(milliseconds)).toBe(text);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1234, '1.2 kB'],
  [17_123, '17 kB'],
  [5_200_000_000, '5.2 GB']
])('%d bytes', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
