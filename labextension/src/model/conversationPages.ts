/** The list of conversations, read from the server a page at a time. */

import { AgentProblem } from '../client/agentProblem';
import type { IAgentClient } from '../tokens/client';
import type { Conversation } from '../types/wire';
import type { SessionState } from './sessionState';

type Listed = Pick<SessionState, 'conversations' | 'moreConversations'>;
type Opened = Pick<SessionState, 'opened'>;

/** The latest ones, and the open one in case it is not among them. */
export async function latest(client: IAgentClient, openId: string | null): Promise<Listed & Opened> {
  const { conversations, more } = await client.conversations();
  const isListed = openId === null || conversations.some(({ id }) => id === openId);
  const opened = isListed ? null : await conversationOrNull(client, openId);
  return { conversations, moreConversations: more, opened };
}

/** Null when the server refuses it: why is said where the conversation is shown. */
async function conversationOrNull(client: IAgentClient, id: string): Promise<Conversation | null> {
  try {
    return (await client.conversation(id)).conversation;
  } catch (error) {
    if (error instanceof AgentProblem) {
      return null;
    }
    throw error;
  }
}

/** What is listed, and older ones until those are more than `count` or there are no more. */
export async function beyond(client: IAgentClient, state: Listed, count: number): Promise<Listed> {
  let { conversations, moreConversations } = state;
  while (moreConversations && conversations && conversations.length <= count) {
    const page = await client.conversations(conversations.at(-1)?.updated);
    conversations = [...conversations, ...page.conversations];
    moreConversations = page.more;
  }
  return { conversations, moreConversations };
}
