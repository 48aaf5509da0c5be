/** A question and everything that answers it. A turn that did not change is not drawn again. */

import { memo } from 'react';

import type { Block, QuestionBackBlock, Turn } from '../model/view';
import { Answer } from './answer';
import { ActivityLine } from './activityLine';
import { Card } from './card';
import { useAgent } from './context';
import { PlanView } from './planView';
import { Prose } from './prose';
import { Question } from './question';
import { QuestionBack } from './questionBack';
import { RewindDivider } from './rewindDivider';
import { StepCard } from './stepCard';
import { TurnEndView } from './turnEnd';

interface Props {
  readonly turn: Turn;
  readonly last: boolean;
  readonly clockAhead: number;
  readonly stopping: boolean;
}

export const TurnView = memo(function TurnView({ turn, last, clockAhead, stopping }: Props) {
  const { session, trans } = useAgent();
  return (
    <article className="jp-Agent-turn" aria-label={turn.question} aria-busy={turn.end === null}>
      <Question text={turn.question} attachments={turn.attachments} resumed={turn.resumed} />
      {turn.blocks.map((block, index) =>
        block.kind === 'question-back' ? (
          <QuestionBack
            key={index}
            block={block}
            open={last && turn.end !== null}
            onChoose={choice => void session.reply(turn, choice)}
          />
        ) : (
          <BlockView key={index} block={block} runId={turn.runId} question={turn.question} />
        )
      )}
      {turn.activity && (
        <ActivityLine
          text={stopping ? trans.__('Stopping') : turn.activity.text}
          progress={stopping ? null : turn.activity.progress}
          since={turn.activity.since + clockAhead}
        />
      )}
      {turn.end && <TurnEndView turn={turn} end={turn.end} last={last} />}
      {turn.rewinds.map((rewind, index) => (
        <RewindDivider key={index} rewind={rewind} elsewhere={rewind.run_id !== turn.runId} />
      ))}
    </article>
  );
});

interface BlockProps {
  readonly block: Exclude<Block, QuestionBackBlock>;
  readonly runId: string;
  readonly question: string;
}

const BlockView = memo(function BlockView({ block, runId, question }: BlockProps) {
  switch (block.kind) {
    case 'text':
      return <Answer block={block} />;
    case 'notice':
      return (
        <Card level={block.level}>
          <Prose text={block.text} />
        </Card>
      );
    case 'said':
      return <Question text={block.text} attachments={[]} />;
    case 'plan':
      return <PlanView plan={block} />;
    case 'step':
      return <StepCard step={block} runId={runId} question={question} />;
  }
});
