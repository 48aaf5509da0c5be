/** What the components share: given once, at the panel, and the same for its whole life. */

import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { createContext, useContext, useEffect, useReducer, useSyncExternalStore } from 'react';

import { canRewind, type KernelSight, type Place } from '../model/kernelSight';
import type { SessionState } from '../model/sessionState';
import type { IStartFolder } from '../tokens/folder';
import type { IAgentKernel } from '../tokens/kernel';
import type { IPreferences } from '../tokens/preferences';
import type { IAgentSession } from '../tokens/session';

export interface AgentContextValue {
  readonly session: IAgentSession;
  readonly kernel: IAgentKernel;
  readonly folder: IStartFolder;
  readonly preferences: IPreferences;
  readonly commands: CommandRegistry;
  /** Renders nothing remote and nothing active (`LocalSanitizer`). */
  readonly rendermime: IRenderMimeRegistry;
  readonly languages: IEditorLanguageRegistry;
  readonly trans: TranslationBundle;
}

export const AgentContext = createContext<AgentContextValue | null>(null);

export function useAgent(): AgentContextValue {
  const value = useContext(AgentContext);
  if (value === null) {
    throw new Error('The components of the agent stand inside its panel.');
  }
  return value;
}

export function useSessionState(): SessionState {
  const { session } = useAgent();
  return useSyncExternalStore(
    listener => {
      session.changed.connect(listener);
      return () => session.changed.disconnect(listener);
    },
    () => session.state
  );
}

export function useKernelSight(): KernelSight {
  return useOfKernel(kernel => kernel.sight);
}

/** Whether the variables can be taken back to before an attempt, now. */
export function useCanRewind(place: Place): boolean {
  return useOfKernel(kernel => canRewind(kernel.sight, place));
}

/** Draws again when what `part` gives is another value. */
function useOfKernel<T>(part: (kernel: IAgentKernel) => T): T {
  const { kernel } = useAgent();
  return useSyncExternalStore(
    listener => {
      kernel.changed.connect(listener);
      return () => kernel.changed.disconnect(listener);
    },
    () => part(kernel)
  );
}

export function usePreferences(): IPreferences {
  const { preferences } = useAgent();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    preferences.changed.connect(draw);
    return () => void preferences.changed.disconnect(draw);
  }, [preferences]);
  return preferences;
}

/** Whether a command exists and can be used now. */
export function useCommandEnabled(id: string): boolean {
  const { commands } = useAgent();
  return useSyncExternalStore(
    listener => {
      commands.commandChanged.connect(listener);
      return () => commands.commandChanged.disconnect(listener);
    },
    () => commands.hasCommand(id) && commands.isEnabled(id)
  );
}
