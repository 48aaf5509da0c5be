/** Before the first question: what this is for, a sample that works, and questions to begin with. */

import { CommandIDs } from '../tokens/commandIds';
import { useAgent } from './context';
import { agentIcon } from './icons';

interface Props {
  /** A model can answer. */
  readonly ready: boolean;
  /** Code runs in a restricted kernel. */
  readonly restricted: boolean;
}

export function EmptyState({ ready, restricted }: Props) {
  const { commands, session, trans } = useAgent();
  const examples = [
    trans.__('Which columns are there, and what is missing in them?'),
    trans.__('How did the numbers change over time? Draw a plot.'),
    trans.__('Which groups differ the most, and by how much?')
  ];

  const begin = (question: string, panel: HTMLElement | null): void => {
    session.setDraft(question);
    panel?.querySelector('textarea')?.focus();
  };

  return (
    <div className="jp-Agent-empty">
      <agentIcon.react tag="span" className="jp-Agent-empty-icon" aria-hidden="true" />
      <h2>{trans.__('Ask about your data')}</h2>
      <p>
        {restricted
          ? trans.__(
              'Attach a file and ask. The agent writes Python, runs it in a restricted kernel of its own, and answers with the code, the tables and the plots.'
            )
          : trans.__(
              'Attach a file and ask. The agent writes Python, runs it, and answers with the code, the tables and the plots.'
            )}
      </p>
      <button
        type="button"
        className="jp-Agent-button jp-mod-primary"
        disabled={!ready}
        onClick={() => void commands.execute(CommandIDs.trySample)}
      >
        {trans.__('Try it with the sample data')}
      </button>
      <ul className="jp-Agent-examples" aria-label={trans.__('Questions to begin with')}>
        {examples.map(question => (
          <li key={question}>
            <button
              type="button"
              onClick={event => begin(question, event.currentTarget.closest<HTMLElement>('.jp-Agent'))}
            >
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
