/** The conversation so far. It follows what is new, unless the person scrolled up. */

import { caretDownIcon } from '@jupyterlab/ui-components';
import { useLayoutEffect, useRef, useState } from 'react';

import { isRunning, type SessionState } from '../model/sessionState';
import { ActivityLine } from './activityLine';
import { useAgent } from './context';
import { Question } from './question';
import { TurnView } from './turnView';

/** Closer to the end than this many pixels counts as being there. */
const NEAR = 32;

export function Transcript({ state }: { readonly state: SessionState }) {
  const { trans } = useAgent();
  const { turns } = state.view;
  const scroll = useScrollToEnd(turns.length + (state.pending ? 1 : 0));
  return (
    <div className="jp-Agent-transcript">
      <div
        ref={scroll.viewport}
        className="jp-Agent-scroll"
        role="log"
        aria-live="off"
        aria-label={trans.__('Conversation')}
        aria-busy={isRunning(state)}
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div ref={scroll.content}>
          {turns.map((turn, index) => (
            <TurnView
              key={turn.runId}
              turn={turn}
              last={index === turns.length - 1}
              // Only a running turn looks at these: a finished one must not be drawn again for them.
              clockAhead={turn.end ? 0 : state.clockAhead}
              stopping={turn.end ? false : state.stopping}
            />
          ))}
          {state.pending && (
            <article className="jp-Agent-turn" aria-busy="true">
              <Question text={state.pending.question} attachments={state.pending.attachments} />
              <ActivityLine text={trans.__('Sending')} progress={null} since={Date.now()} />
            </article>
          )}
        </div>
      </div>
      {scroll.away && (
        <button type="button" className="jp-Agent-toEnd" onClick={scroll.toEnd}>
          <caretDownIcon.react tag="span" aria-hidden="true" />
          {trans.__('Latest')}
        </button>
      )}
    </div>
  );
}

/** Rendered content grows after React drew it, so this follows sizes and not renders. */
function useScrollToEnd(questions: number) {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [away, setAway] = useState(false);

  const toEnd = (): void => {
    follows.current = true;
    setAway(false);
    showEnd(viewport.current);
  };

  const onScroll = (): void => {
    const element = viewport.current;
    if (!element) {
      return;
    }
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (element.scrollTop < lastTop.current && !atEnd) {
      follows.current = false;
    } else if (atEnd) {
      follows.current = true;
    }
    lastTop.current = element.scrollTop;
    setAway(!follows.current);
  };

  useLayoutEffect(() => {
    if (!content.current || !viewport.current) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      if (follows.current) {
        showEnd(viewport.current);
      }
    });
    observer.observe(content.current);
    observer.observe(viewport.current);
    return () => observer.disconnect();
  }, []);

  // Whoever asks wants to see the answer.
  useLayoutEffect(toEnd, [questions]);

  return { viewport, content, away, toEnd, onScroll };
}

function showEnd(viewport: HTMLElement | null): void {
  if (viewport) {
    viewport.scrollTop = viewport.scrollHeight;
  }
}
