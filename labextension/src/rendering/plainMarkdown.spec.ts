/** No name of a diagram reaches the parser, whatever stands around it; other code does. */

import { expect, it } from 'vitest';

import { withoutDiagrams } from './plainMarkdown';

const given: string[] = [];
const parser = withoutDiagrams({
  render: text => {
    given.push(text);
    return Promise.resolve('drawn');
  }
});

it.each(['```mermaid', '~~~~ Mermaid', '> - ```\u00a0\t\u2003mermaid title', '```\u000bmermaid\u0085'])(
  'takes the name out of %j',
  async fence => {
    expect(await parser.render(`A\n${fence}\ngraph LR\n`)).toBe('drawn');
    expect(given.pop()).not.toMatch(/mermaid/i);
  }
);

it('leaves everything else as it is', async () => {
  const text = 'A mermaid.\n```python\nmermaid = 1\n```\n\n```\nmermaid\n```\n';
  await parser.render(text);
  expect(given.pop()).toBe(text);
});
