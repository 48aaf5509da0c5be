/** The sidebar's widget, for extensions that want to show it. */

import { Token } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

export type IAgentPanel = Widget;

export const IAgentPanel = new Token<IAgentPanel>('jupyterlab-agent:IAgentPanel', "The agent's sidebar.");
