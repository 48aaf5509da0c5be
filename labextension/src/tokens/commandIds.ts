/** The names of the commands: what the sidebar can do, for the palette, shortcuts and other extensions. */

export namespace CommandIDs {
  export const open = 'jupyterlab-agent:open';
  export const newConversation = 'jupyterlab-agent:new-conversation';
  /** `id`: the conversation. */
  export const openConversation = 'jupyterlab-agent:open-conversation';
  export const renameConversation = 'jupyterlab-agent:rename-conversation';
  export const deleteConversation = 'jupyterlab-agent:delete-conversation';
  export const attachFiles = 'jupyterlab-agent:attach-files';
  export const send = 'jupyterlab-agent:send';
  export const stop = 'jupyterlab-agent:stop';
  /** Asks the question of the last turn once more. */
  export const askAgain = 'jupyterlab-agent:ask-again';
  export const trySample = 'jupyterlab-agent:try-sample';
  export const checkModels = 'jupyterlab-agent:check-models';
  /** `code`: the text. */
  export const copyCode = 'jupyterlab-agent:copy-code';
  /** `code`: the source of a new cell below the active one. */
  export const insertCode = 'jupyterlab-agent:insert-code';
  export const openSettings = 'jupyterlab-agent:open-settings';
}
