/**
 * Makes what a model or its code wrote safe to show: JupyterLab's own sanitiser first, then everything
 * that would load something, act on its own or pass for a part of the panel is dropped, before the browser sees it.
 *
 * A remote image in an answer is a way out for data (its address can carry anything), so only images that
 * stand in the text itself, as `data:` addresses, are kept.
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

export class LocalSanitizer implements IRenderMime.ISanitizer {
  /** `dropped` names an image that was not loaded, for the reader; it gets the alternative text. */
  constructor(sanitizer: IRenderMime.ISanitizer, dropped: (alternative: string) => string) {
    this._sanitizer = sanitizer;
    this._dropped = dropped;
  }

  readonly allowNamedProperties = false;
  readonly allowCommandLinker = false;

  getAutolink(): boolean {
    return this._sanitizer.getAutolink?.() ?? true;
  }

  sanitize(dirty: string, options?: IRenderMime.ISanitizerOptions): string {
    // A parsed document that is not shown loads nothing and runs nothing.
    const document = new DOMParser().parseFromString(this._sanitizer.sanitize(dirty, options), 'text/html');
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (element instanceof HTMLImageElement && !INLINE_IMAGE.test(element.getAttribute('src') ?? '')) {
        element.replaceWith(this._placeholder(element));
      } else if (element.matches(LOADING_OR_ACTING)) {
        element.remove();
      } else {
        withoutActiveAttributes(element);
      }
    }
    return document.body.innerHTML;
  }

  private _placeholder(image: HTMLImageElement): HTMLElement {
    const note = image.ownerDocument.createElement('em');
    note.className = 'jp-Agent-droppedImage';
    note.textContent = this._dropped(image.alt);
    return note;
  }

  private readonly _sanitizer: IRenderMime.ISanitizer;
  private readonly _dropped: (alternative: string) => string;
}

const INLINE_IMAGE = /^data:image\/(png|jpeg|gif|webp)[;,]/i;

/** The boxes of a Markdown task list are the one kind of control that an answer may show. */
const LOADING_OR_ACTING = [
  'audio, video, source, track, picture, canvas, iframe, embed, object, link, base, meta, style, script',
  'svg, math, template, noscript, form, button, select, textarea, input:not([type="checkbox"])'
].join(', ');

const ACTIVE_ATTRIBUTES = ['srcset', 'poster', 'background', 'ping', 'formaction', 'action', 'autofocus', 'accesskey'];

/** The panel's own: what a model writes must not pass for a reference of ours, say. */
const PANEL_CLASS = /^jp-agent/i;

function withoutActiveAttributes(element: HTMLElement): void {
  for (const name of element.getAttributeNames()) {
    if (ACTIVE_ATTRIBUTES.includes(name) || name.startsWith('data-commandlinker') || name.startsWith('on')) {
      element.removeAttribute(name);
    }
  }
  for (const name of [...element.classList].filter(each => PANEL_CLASS.test(each))) {
    element.classList.remove(name);
  }
  if (/url|image|\\/i.test(element.getAttribute('style') ?? '')) {
    element.removeAttribute('style');
  }
}
