/** What code printed, displayed or raised. */

import { memo } from 'react';

import { plainText } from '../rendering/plainText';
import type { Output } from '../types/shapes';
import type { DisplayOutput, ErrorOutput } from '../types/wire';
import { useAgent } from './context';
import { Disclosure } from './disclosure';
import { Figure } from './figure';
import { Rendered } from './rendered';

export function OutputList({ outputs }: { readonly outputs: readonly Output[] }) {
  return (
    <>
      {outputs.map((output, index) => (
        <OutputView key={index} output={output} />
      ))}
    </>
  );
}

const OutputView = memo(function OutputView({ output }: { readonly output: Output }) {
  switch (output.kind) {
    case 'stream':
      return (
        <pre className="jp-Agent-stream" data-stream={output.name} tabIndex={0}>
          {plainText(output.text)}
        </pre>
      );
    case 'display':
      return <Display data={output.data} />;
    case 'error':
      return <RaisedError output={output} />;
  }
});

const IMAGES = ['image/png', 'image/jpeg', 'image/svg+xml'] as const;
const RENDERED = ['text/html', 'text/markdown', 'text/latex'] as const;

/** The richest form that is known to be harmless. */
function Display({ data }: { readonly data: DisplayOutput['data'] }) {
  const { trans } = useAgent();
  const plain = data['text/plain'] ?? '';
  const image = IMAGES.find(type => type in data);
  if (image !== undefined) {
    return <Figure mimeType={image} data={data[image] ?? ''} alternative={plain || trans.__('Plot')} />;
  }
  const rendered = RENDERED.find(type => type in data);
  if (rendered !== undefined) {
    return (
      <div className="jp-Agent-display" tabIndex={0} role="group" aria-label={trans.__('Output')}>
        <Rendered mimeType={rendered} text={data[rendered] ?? ''} />
      </div>
    );
  }
  if (plain) {
    return (
      <pre className="jp-Agent-stream" tabIndex={0}>
        {plain}
      </pre>
    );
  }
  return <p className="jp-Agent-quiet">{trans.__('This output has no form that can be shown here.')}</p>;
}

export function RaisedError({ output }: { readonly output: ErrorOutput }) {
  return (
    <div className="jp-Agent-failure">
      <p className="jp-Agent-failure-message">
        <strong>{output.name}</strong>
        {output.message && `: ${output.message}`}
      </p>
      <Traceback text={output.traceback} />
    </div>
  );
}

export function Traceback({ text }: { readonly text: string }) {
  const { trans } = useAgent();
  return text ? (
    <Disclosure label={trans.__('Traceback')} open={false}>
      <pre className="jp-Agent-stream" tabIndex={0}>
        {plainText(text)}
      </pre>
    </Disclosure>
  ) : null;
}
