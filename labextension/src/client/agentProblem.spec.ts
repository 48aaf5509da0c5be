import { describe, expect, it } from 'vitest';

import { AgentProblem, parsed } from './agentProblem';

describe('parsed', () => {
  it('gives what the server said', () => {
    expect(parsed<{ a: number }>('{"a": 1}')).toEqual({ a: 1 });
  });

  it('calls a page that came instead of an answer a problem', () => {
    expect(() => parsed('<html>Sign in</html>')).toThrow(AgentProblem);
    expect(() => parsed('<html>Sign in</html>')).toThrow(/sign in/);
  });
});
