/** A multipart POST that tells how far it is: `fetch`, and so `ServerConnection`, cannot. */

import { AgentProblem, problemFrom } from './agentProblem';

interface PostOptions {
  readonly token: string;
  /** Gets the fraction that was sent, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** The reply's text. Rejects with an `AgentProblem`, or with the signal's reason when it was aborted. */
export function postFile(address: string, form: FormData, options: PostOptions): Promise<string> {
  const { token, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', address);
    if (token) {
      request.setRequestHeader('Authorization', `token ${token}`);
    }
    const xsrf = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
    if (xsrf) {
      request.setRequestHeader('X-XSRFToken', xsrf);
    }
    request.withCredentials = true;
    request.upload.onprogress = event => {
      if (event.lengthComputable) {
        onProgress(event.loaded / event.total);
      }
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.responseText);
      } else {
        reject(problemFrom(request.status, request.responseText));
      }
    };
    request.onerror = () => reject(cutOff());
    request.onabort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** A server refuses a body that is far over its limit by closing the connection in mid-upload. */
function cutOff(): AgentProblem {
  return new AgentProblem({
    title: 'The server ended the upload.',
    detail: 'Either it stopped, or the file is over its limit: check that it runs, or attach a smaller file.',
    status: 0
  });
}
