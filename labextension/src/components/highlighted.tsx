/** Python code, coloured as in an editor. */

import { memo, useEffect, useRef } from 'react';

import { useAgent } from './context';

export const Highlighted = memo(function Highlighted({ code }: { readonly code: string }) {
  const { languages } = useAgent();
  const host = useRef<HTMLElement>(null);

  useEffect(() => {
    let superseded = false;
    const draw = async (): Promise<void> => {
      const coloured = document.createElement('code');
      await languages.highlight(code, languages.findByName('python'), coloured);
      if (!superseded) {
        host.current?.replaceChildren(...coloured.childNodes);
      }
    };
    if (host.current && !code.startsWith(host.current.textContent ?? '')) {
      host.current.textContent = code;
    }
    void draw();
    return () => {
      superseded = true;
    };
  }, [languages, code]);

  return (
    <pre className="jp-Agent-code" tabIndex={0}>
      <code ref={host} className="cm-s-jupyter" />
    </pre>
  );
});
