/** Whatever happens on the way to the server is an `AgentProblem`. */

import { ServerConnection } from '@jupyterlab/services';
import { expect, it } from 'vitest';

import { AgentClient } from './agentClient';
import { unreachable } from './agentProblem';

function clientThatGets(reply: () => Promise<Response>): AgentClient {
  return new AgentClient(ServerConnection.makeSettings({ baseUrl: 'http://localhost:8888/', fetch: reply }));
}

it('says that the server does not answer when there is none', async () => {
  const client = clientThatGets(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(client.models()).rejects.toEqual(unreachable());
});

it('says so, too, when the server dies between the headers and the body', async () => {
  const body = new ReadableStream({ start: controller => controller.error(new TypeError('network error')) });
  const client = clientThatGets(() => Promise.resolve(new Response(body)));
  await expect(client.models()).rejects.toEqual(unreachable());
});
