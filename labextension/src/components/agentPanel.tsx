/** The sidebar's widget: it asks the server for nothing before it is first seen. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

import { App } from './app';
import { AgentContext, type AgentContextValue } from './context';
import { agentIcon } from './icons';

export class AgentPanel extends ReactWidget {
  constructor(context: AgentContextValue) {
    super();
    this._context = context;
    this.id = 'jupyterlab-agent';
    this.addClass('jp-AgentPanel');
    this.title.icon = agentIcon;
    this.title.caption = context.trans.__('Agent');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Agent'));
  }

  protected override render() {
    return (
      <AgentContext.Provider value={this._context}>
        <App />
      </AgentContext.Provider>
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._start();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._start();
    }
  }

  protected override onActivateRequest(): void {
    this.node.querySelector('textarea')?.focus();
  }

  private _start(): void {
    void this._context.session.start();
    void this._context.kernel.start();
    this._context.folder.start();
  }

  private readonly _context: AgentContextValue;
}
