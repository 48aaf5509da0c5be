/** What the server, or the way to it, says when something cannot be done. */

import type { Problem } from '../types/wire';

/** `title` says what happened, `detail` what to do; `status` is 0 when no server answered. */
export class AgentProblem extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.title} ${problem.detail}`.trim());
    this.name = 'AgentProblem';
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The problem in a reply, whoever sent it: our server answers in JSON, a proxy in between may not. */
export function problemFrom(status: number, body: string): AgentProblem {
  try {
    const value: unknown = JSON.parse(body);
    if (isProblem(value)) {
      return new AgentProblem(value);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return new AgentProblem({ status, ...wordsFor(status) });
}

/** Runs `action`; the problem that it is refused with, or null when all is well. */
export async function problemOf(action: () => Promise<unknown>): Promise<Problem | null> {
  try {
    await action();
    return null;
  } catch (error) {
    if (error instanceof AgentProblem) {
      return error.problem;
    }
    throw error;
  }
}

/** What a reply of ours holds. A sign-in page of a proxy, which comes with success, is a problem. */
export function parsed<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
    throw new AgentProblem({
      title: 'Something between here and the server answered instead of it.',
      detail: 'Reload the page; you may have to sign in again.',
      status: 0
    });
  }
}

export function unreachable(): AgentProblem {
  return new AgentProblem({
    title: 'The server does not answer.',
    detail: 'Check that JupyterLab is still running, then try again.',
    status: 0
  });
}

function wordsFor(status: number): Pick<Problem, 'title' | 'detail'> {
  switch (status) {
    case 401:
    case 403:
      return { title: 'The server does not let you in.', detail: 'Reload the page and log in again.' };
    case 404:
      return {
        title: 'The agent is not running in this server.',
        detail:
          "The server's log says why: a setting of JupyterAgent may be wrong. If it says nothing, check with " +
          '`jupyter server extension list` that jupyter_agent is enabled. Then restart JupyterLab.'
      };
    case 413:
      return { title: 'The file is larger than the server accepts.', detail: 'Attach a smaller file.' };
    default:
      return {
        title: `The server answered with an error (${status}).`,
        detail: "Try again; if it happens again, the server's log says more."
      };
  }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'status' in value &&
    typeof value.status === 'number'
  );
}
