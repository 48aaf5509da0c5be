/** The names of the commands: what the sidebar can do, for the palette, shortcuts and other extensions. */

export const CommandIDs = {
  open: 'jupyterlab-agent:open',
  newConversation: 'jupyterlab-agent:new-conversation',
  /** `id`: the conversation. */
  openConversation: 'jupyterlab-agent:open-conversation',
  /** `from`: how many of the latest ones are left out. */
  olderConversations: 'jupyterlab-agent:older-conversations',
  renameConversation: 'jupyterlab-agent:rename-conversation',
  deleteConversation: 'jupyterlab-agent:delete-conversation',
  attachFiles: 'jupyterlab-agent:attach-files',
  send: 'jupyterlab-agent:send',
  stop: 'jupyterlab-agent:stop',
  /** Asks the question of the last turn once more. */
  askAgain: 'jupyterlab-agent:ask-again',
  /** Goes on with the plan of the last turn, if that failed or was stopped. */
  resume: 'jupyterlab-agent:resume',
  /** `run_id`: which run; without it, the last one that is over. */
  downloadRun: 'jupyterlab-agent:download-run',
  trySample: 'jupyterlab-agent:try-sample',
  checkModels: 'jupyterlab-agent:check-models',
  reconnect: 'jupyterlab-agent:reconnect',
  toggleVariables: 'jupyterlab-agent:toggle-variables',
  refreshVariables: 'jupyterlab-agent:refresh-variables',
  /** `run_id`, `step`, `attempt`: which attempt; without them, the last one that can be undone. */
  rewind: 'jupyterlab-agent:rewind',
  /** `profile`: `strict` or `parallel`. */
  chooseProfile: 'jupyterlab-agent:choose-profile',
  /** `code`: the text. */
  copyCode: 'jupyterlab-agent:copy-code',
  /** `code`: the source of a new cell below the active one. */
  insertCode: 'jupyterlab-agent:insert-code',
  openSettings: 'jupyterlab-agent:open-settings'
} as const;
