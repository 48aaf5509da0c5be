/** A file on its way to the conversation, as a chip shows it. */

import type { Attachment, Problem } from '../types/wire';

interface Common {
  /** Unique in this page. */
  readonly key: number;
  readonly name: string;
  readonly size: number;
}

export type Upload = Common &
  (
    | { readonly state: 'waiting' }
    | { readonly state: 'sending'; readonly progress: number }
    | { readonly state: 'done'; readonly attachment: Attachment }
    | { readonly state: 'failed'; readonly problem: Problem }
  );

export function attachmentsOf(uploads: readonly Upload[]): readonly Attachment[] {
  return uploads.flatMap(upload => (upload.state === 'done' ? [upload.attachment] : []));
}
