/** Where growing Markdown may be cut. */

import { expect, it } from 'vitest';

import { splitMarkdown } from './splitMarkdown';

it.each([
  ['one paragraph', ['one paragraph']],
  ['One.\n\nTwo.\n\nThr', ['One.\n\n', 'Two.\n\n', 'Thr']],
  ['One.\n\n', ['One.\n\n']],
  ['```\na\n\nb\n```\n\nThen', ['```\na\n\nb\n```\n\n', 'Then']],
  ['````\n```\n\nx\n```\n\ny', ['````\n```\n\nx\n```\n\ny']],
  ['$$\na\n\nb\n$$\n\nThen', ['$$\na\n\nb\n$$\n\n', 'Then']],
  ['1. a\n\n2. b\n\n   more\n\nThen', ['1. a\n\n2. b\n\n   more\n\n', 'Then']],
  ['- a\n\n- b', ['- a\n\n- b']]
])('%j', (text, pieces) => {
  expect(splitMarkdown(text)).toEqual(pieces);
});

it('never changes a piece that was followed by another', () => {
  const text = 'Intro.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\n\ny = 2\n```\n\n- one\n\n- two\n\nEnd with $$x$$.\n\nBye.';
  let before: readonly string[] = [];
  for (let length = 1; length <= text.length; length++) {
    const now = splitMarkdown(text.slice(0, length));
    expect(now.join('')).toBe(text.slice(0, length));
    expect(now.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
    before = now;
  }
});
