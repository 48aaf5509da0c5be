/** What a renderer cannot draw is shown as it was written, and does not stand in the way of what comes next. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { act, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';

import { renderAgent } from '../testing/renderAgent';
import { Rendered } from './rendered';

class Picky extends Widget implements IRenderMime.IRenderer {
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const text = model.data['text/markdown'] as string;
    if (text.includes('$')) {
      return Promise.reject(new Error('The mathematics are not loaded.'));
    }
    this.node.textContent = `drawn: ${text}`;
    return Promise.resolve();
  }
}

it('goes on after a text that a renderer fails at', async () => {
  let write: (text: string) => void = () => undefined;
  function Written() {
    const [text, setText] = useState('');
    write = setText;
    return <Rendered mimeType="text/markdown" text={text} />;
  }
  const { context } = renderAgent(<Written />);
  context.rendermime.addFactory({ safe: true, mimeTypes: ['text/markdown'], createRenderer: () => new Picky() }, 0);
  act(() => write('It costs $x$ <b>now</b>'));
  expect((await screen.findByText('It costs $x$ <b>now</b>')).tagName).toBe('PRE');
  act(() => write('All is well'));
  expect(await screen.findByText('drawn: All is well')).toBeDefined();
  expect(screen.queryByText(/It costs/)).toBeNull();
});
