/** One MIME bundle through JupyterLab's renderers, as untrusted content. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { memo, useEffect, useLayoutEffect, useRef } from 'react';

import { useAgent } from './context';

interface Props {
  readonly mimeType: 'text/markdown' | 'text/html' | 'text/latex';
  readonly text: string;
  /** Called with what was drawn, once it is in its place. */
  readonly onDrawn?: (node: HTMLElement) => void;
}

/** Draws again when `text` changes, at most once a frame, and keeps what stands there until then. */
export const Rendered = memo(function Rendered({ mimeType, text, onDrawn }: Props) {
  const { rendermime } = useAgent();
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<Widget | null>(null);
  const latest = useRef(onDrawn);
  latest.current = onDrawn;
  const drawing = useRef<Promise<void>>(Promise.resolve());

  useEffect(() => {
    let superseded = false;
    const draw = async (): Promise<void> => {
      if (superseded) {
        return;
      }
      const renderer = await drawn(rendermime, mimeType, text);
      if (!host.current) {
        renderer.dispose();
        return;
      }
      shown.current?.dispose();
      Widget.attach(renderer, host.current);
      shown.current = renderer;
      latest.current?.(renderer.node);
      await new Promise(requestAnimationFrame);
    };
    drawing.current = drawing.current.then(draw);
    return () => {
      superseded = true;
    };
  }, [rendermime, mimeType, text]);

  // Lumino wants to detach what is still in the document.
  useLayoutEffect(
    () => () => {
      shown.current?.dispose();
      shown.current = null;
    },
    []
  );

  return <div className="jp-Agent-rendered" ref={host} />;
});

/** As its renderer draws it. Renderers are anybody's and fail for any reason: then as it was written. */
async function drawn(rendermime: IRenderMimeRegistry, mimeType: string, text: string): Promise<Widget> {
  try {
    return await drawnAs(mimeType, rendermime, text);
  } catch {
    return drawnAs('text/plain', rendermime, text);
  }
}

async function drawnAs(mimeType: string, rendermime: IRenderMimeRegistry, text: string): Promise<Widget> {
  const renderer = rendermime.createRenderer(mimeType);
  await renderer.renderModel(rendermime.createModel({ data: { [mimeType]: text }, trusted: false }));
  return renderer;
}
