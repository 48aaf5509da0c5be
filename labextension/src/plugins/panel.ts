/** Puts the sidebar into the application: JupyterLab, or Notebook 7. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Sanitizer } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { AgentPanel } from '../components/agentPanel';
import { LocalSanitizer } from '../rendering/localSanitizer';
import { stopLookingAhead } from '../rendering/noPrefetch';
import { withoutDiagrams } from '../rendering/plainMarkdown';
import { IStartFolder } from '../tokens/folder';
import { IAgentKernel } from '../tokens/kernel';
import { IAgentPanel } from '../tokens/panel';
import { IPreferences } from '../tokens/preferences';
import { IAgentSession } from '../tokens/session';

export const panelPlugin: JupyterFrontEndPlugin<IAgentPanel> = {
  id: 'jupyterlab-agent:panel',
  description: 'The sidebar of the agent.',
  provides: IAgentPanel,
  requires: [
    IAgentSession,
    IAgentKernel,
    IStartFolder,
    IPreferences,
    IRenderMimeRegistry,
    IEditorLanguageRegistry
  ],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    session: IAgentSession,
    kernel: IAgentKernel,
    folder: IStartFolder,
    preferences: IPreferences,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    stopLookingAhead(document);
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    // A sanitiser of its own: what the settings allow for a person's own notebooks is not allowed here.
    const sanitizer = new LocalSanitizer(new Sanitizer(), alternative =>
      alternative ? trans.__('[image not loaded: %1]', alternative) : trans.__('[image not loaded]')
    );
    const panel = new AgentPanel({
      session,
      kernel,
      folder,
      preferences,
      commands: app.commands,
      rendermime: rendermime.clone({
        sanitizer,
        ...(rendermime.markdownParser && { markdownParser: withoutDiagrams(rendermime.markdownParser) })
      }),
      languages,
      trans
    });
    app.shell.add(panel, 'right', { rank: 200, type: 'Agent' });
    restorer?.add(panel, panel.id);
    return panel;
  }
};
