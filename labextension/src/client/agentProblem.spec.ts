import { describe, expect, it } from 'vitest';

import { AgentProblem, parsed, problemFrom } from './agentProblem';

describe('parsed', () => {
  it('gives what the server said', () => {
    expect(parsed<{ a: number }>('{"a": 1}')).toEqual({ a: 1 });
  });

  it('calls a page that came instead of an answer a problem', () => {
    expect(() => parsed('<html>Sign in</html>')).toThrow(AgentProblem);
    expect(() => parsed('<html>Sign in</html>')).toThrow(/sign in/);
  });
});

describe('problemFrom', () => {
  it('says where to look when the server runs without the agent', () => {
    const problem = problemFrom(404, '<!DOCTYPE HTML><title>Jupyter Server</title>');
    expect(problem.message).toMatch(/^The agent is not running in this server\. .*log.*setting/);
  });
});
