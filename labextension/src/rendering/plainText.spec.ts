import { expect, it } from 'vitest';

import { plainText } from './plainText';

it.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['10%\r50%\r100%\ndone', '100%\ndone'],
  ['longer\rshort', 'shortr'],
  ['a\r\nb', 'a\nb'],
  ['\u001b]8;;https://a.test\u0007link\u001b]8;;\u0007', 'link']
])('%j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});
