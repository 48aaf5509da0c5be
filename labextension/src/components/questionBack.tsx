/** What the agent has to know before it begins: choices to click on, or the composer for anything else. */

import type { QuestionBackBlock } from '../model/view';
import { useAgent } from './context';

interface Props {
  readonly block: QuestionBackBlock;
  /** Nothing was asked since. */
  readonly open: boolean;
  readonly onChoose: (choice: string) => void;
}

export function QuestionBack({ block, open, onChoose }: Props) {
  const { trans } = useAgent();
  return (
    <section className="jp-Agent-questionBack" aria-label={trans.__('Question of the agent')}>
      <p>{block.question}</p>
      <ul>
        {block.choices.map(choice => (
          <li key={choice}>
            <button type="button" className="jp-Agent-button" disabled={!open} onClick={() => onChoose(choice)}>
              {choice}
            </button>
          </li>
        ))}
      </ul>
      {open && <p className="jp-Agent-questionBack-hint">{trans.__('Or write below what you mean.')}</p>}
    </section>
  );
}
