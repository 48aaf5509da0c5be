/** Places in Markdown are found again in what it is drawn as, wherever they stand, and nothing else changes. */

import { expect, it } from 'vitest';

import { placeElements, withMarks, type Place } from './marks';

const mark = (name: string) => (place: number): HTMLElement => {
  const made = document.createElement(name);
  made.dataset['place'] = String(place);
  return made;
};

/** `html` with what stands for its marks: `<i>` at a place, `<u>` around a text. */
function placed(html: string): string {
  const root = document.createElement('div');
  root.innerHTML = html;
  placeElements(root, mark('i'), mark('u'));
  return root.innerHTML.replaceAll(/ data-place="(\d)"/g, '$1');
}

it.each([
  ['It is 15.', [{ at: 8 }], 'It is 15<i0></i>.'],
  ['It is **15**.', [{ at: 10 }], 'It is **15<i0></i>**.'],
  ['15 and 30', [{ at: 2 }, { at: 9 }], '15<i0></i> and 30<i1></i>'],
  ['15 and 30', [{ from: 0, at: 2 }, { at: 9 }], '<u0>15</u><i0></i> and 30<i1></i>'],
  ['[15](a) b', [{ at: 3 }], '[15<i0></i>](a) b'],
  ['12kg of 20.5°C', [{ at: 2 }, { at: 12 }], '12kg<i0></i> of 20.5°C<i1></i>'],
  ['It is $15$ here\nand', [{ at: 9 }], 'It is $15$ here<i0></i>\nand'],
  ['It is $15$ here', [{ from: 7, at: 9 }], 'It is $15$ here<i0></i>'],
  ['It costs $15 or $20.', [{ from: 9, at: 12 }], 'It costs $15 or $20.<i0></i>'],
  ['\ue001 is 15', [{ at: 7 }], '\ufffd is 15<i0></i>'],
  ['\ue001 is 15', [], '\ufffd is 15']
] as const)('%j', (text, places: readonly Place[], expected) => {
  const shown = withMarks(text, places);
  expect(shown === text ? text : placed(shown)).toBe(expected);
});

it.each([
  ['<a href="x">15\ue001</a> b', '<a href="x">15</a><i0></i> b'],
  ['<code>15\ue001</code> b', '<code>15</code><i0></i> b'],
  ['<pre><code>15\ue001 b</code></pre>', '<pre><code>15<i0></i> b</code></pre>'],
  ['<b>15\ue001</b><i>30\ue003</i>', '<b>15<i0></i></b><i>30<i1></i></i>'],
  ['<b>\ue00015<s>\ue001</s></b>', '<b><u0>15</u><s><i0></i></s></b>']
])('in %j', (html, expected) => {
  expect(placed(html)).toBe(expected);
});
