/** A sentence from the server, in which `commands` and names stand between backticks. */

import { Fragment } from 'react';

export function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/`([^`]+)`/).map((part, index) =>
        // Every second part stood between backticks.
        index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>
      )}
    </>
  );
}
