/** Renders components with everything around them real but the server. */

import { Sanitizer } from '@jupyterlab/apputils';
import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { onTestFinished } from 'vitest';

import { AgentContext, type AgentContextValue } from '../components/context';
import { AgentKernel } from '../model/agentKernel';
import { canChooseProfile } from '../model/kernelSight';
import { AgentSession } from '../model/session';
import { SessionMemory } from '../model/sessionMemory';
import { StartFolder } from '../model/startFolder';
import { LocalSanitizer } from '../rendering/localSanitizer';
import type { Profile } from '../types/shapes';
import { CommandIDs } from '../tokens/commandIds';
import { FakeClient } from './fakeClient';
import { loadedPreferences } from './preferences';

export interface RenderedAgent extends RenderResult {
  readonly client: FakeClient;
  readonly session: AgentSession;
  readonly kernel: AgentKernel;
  readonly folder: StartFolder;
  readonly context: AgentContextValue;
}

export function renderAgent(children: ReactNode, client = new FakeClient()): RenderedAgent {
  const preferences = loadedPreferences();
  const folder = new StartFolder(client, preferences);
  const session = new AgentSession(client, preferences, folder, new SessionMemory(null));
  const kernel = new AgentKernel(client, session, null);
  onTestFinished(() => kernel.dispose());
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.send, { execute: () => session.send() });
  commands.addCommand(CommandIDs.stop, { execute: () => session.stop() });
  commands.addCommand(CommandIDs.checkModels, { execute: () => session.checkModels() });
  commands.addCommand(CommandIDs.reconnect, { execute: () => session.reconnect() });
  commands.addCommand(CommandIDs.toggleVariables, {
    execute: () => kernel.showVariables(!kernel.sight.variablesShown)
  });
  commands.addCommand(CommandIDs.refreshVariables, { execute: () => kernel.look() });
  commands.addCommand(CommandIDs.rewind, {
    execute: ({ run_id, step, attempt }) =>
      kernel.rewind({ run_id: run_id as string, step: step as number, attempt: attempt as number })
  });
  commands.addCommand(CommandIDs.chooseProfile, {
    isEnabled: () => canChooseProfile(kernel.sight),
    execute: ({ profile }) => kernel.chooseProfile(profile as Profile)
  });
  kernel.changed.connect(() => commands.notifyCommandChanged());
  const context: AgentContextValue = {
    session,
    kernel,
    folder,
    preferences,
    commands,
    rendermime: new RenderMimeRegistry({
      initialFactories: standardRendererFactories,
      sanitizer: new LocalSanitizer(new Sanitizer(), alternative => `[not loaded: ${alternative}]`)
    }),
    languages: new EditorLanguageRegistry(),
    trans: nullTranslator.load('jupyterlab_agent')
  };
  const result = render(<AgentContext.Provider value={context}>{children}</AgentContext.Provider>);
  return { ...result, client, session, kernel, folder, context };
}
