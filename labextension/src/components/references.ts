/** Draws the references of an answer, and leads to what they refer to. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { placeElements } from '../rendering/marks';
import type { Reference } from '../rendering/references';
import type { Evidence } from '../types/wire';
import { warningIcon } from './icons';

/** Put `references` into the drawn Markdown `root`, where their marks stand. */
export function drawReferences(trans: TranslationBundle, root: HTMLElement, references: readonly Reference[]): void {
  placeElements(
    root,
    place => element(trans, root, references[place]),
    place => wrapped(trans, references[place])
  );
}

function element(trans: TranslationBundle, root: HTMLElement, reference: Reference | undefined): HTMLElement {
  const first = reference?.evidence[0];
  if (!reference || !first) {
    return document.createElement('span');
  }
  return reference.inDoubt ? sign(trans, first) : link(trans, root, reference, first);
}

function link(trans: TranslationBundle, root: HTMLElement, { evidence }: Reference, first: Evidence): HTMLElement {
  const target = targetOf(root, first);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = first.step === null ? (first.source === 'question' ? '?' : '↑') : String(first.step);
  button.setAttribute('aria-label', nameOf(trans, first, target));
  button.title = [nameOf(trans, first, target), ...evidence.slice(0, LINES).map(one => derivation(trans, one))]
    .filter(Boolean)
    .join('\n');
  button.addEventListener('click', () => {
    const shown = targetOf(button, first);
    if (shown) {
      lookAt(shown);
    }
  });
  const reference = document.createElement('sup');
  reference.className = 'jp-Agent-reference';
  reference.append(button);
  return reference;
}

function sign(trans: TranslationBundle, evidence: Evidence): HTMLElement {
  const shown = document.createElement('span');
  shown.className = 'jp-Agent-doubt-sign';
  shown.title = doubt(trans, evidence);
  shown.setAttribute('role', 'img');
  shown.setAttribute('aria-label', doubt(trans, evidence));
  warningIcon.element({ container: shown });
  return shown;
}

function wrapped(trans: TranslationBundle, reference: Reference | undefined): HTMLElement {
  const number = document.createElement('span');
  number.className = 'jp-Agent-doubt';
  const evidence = reference?.evidence[0];
  number.title = evidence ? doubt(trans, evidence) : '';
  return number;
}

const LINES = 6;

function nameOf(trans: TranslationBundle, evidence: Evidence, target: HTMLElement | null): string {
  switch (evidence.source) {
    case 'step':
      return target?.getAttribute('aria-label') ?? trans.__('Step %1', evidence.step ?? '');
    case 'question':
      return trans.__('The question');
    case 'earlier':
    case 'none':
      return trans.__('Earlier in the conversation');
  }
}

/** `Rounded, from: North 15.046`. */
function derivation(trans: TranslationBundle, { derivation, line }: Evidence): string {
  switch (derivation) {
    case 'shown':
    case 'named':
      return line;
    case 'rounded':
      return trans.__('Rounded, from: %1', line);
    case 'percentage':
      return trans.__('As a percentage, from: %1', line);
    case 'scaled':
      return trans.__('In larger units, from: %1', line);
    case 'computed':
      return trans.__('Computed: %1', line);
    case 'plotted':
      return trans.__('The plot is shown there.');
    case 'by-chance':
    case 'unsupported':
      return '';
  }
}

function doubt(trans: TranslationBundle, { derivation, line }: Evidence): string {
  return derivation === 'by-chance'
    ? trans.__('Maybe by chance: an output shows this among many other numbers, with none of these words: %1', line)
    : trans.__('No output shows this number.');
}

/** The step's card, the question or the turn before, as seen from an element of the answer. */
function targetOf(from: HTMLElement, { source, step }: Evidence): HTMLElement | null {
  const turn = from.closest('.jp-Agent-turn');
  if (source === 'question') {
    return turn?.querySelector<HTMLElement>('.jp-Agent-question') ?? null;
  }
  if (source === 'earlier') {
    return (turn?.previousElementSibling as HTMLElement | null) ?? null;
  }
  // A plan that was taken up again rests on steps of the turns before, too.
  for (let looked = turn; looked; looked = looked.previousElementSibling) {
    const card = looked.querySelector<HTMLElement>(`.jp-Agent-step[data-step="${step}"]`);
    if (card) {
      return card;
    }
  }
  return null;
}

/** Bring it into sight with the focus on it, and let it stand out for a moment. */
function lookAt(target: HTMLElement): void {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  target.tabIndex = -1;
  target.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  target.focus({ preventScroll: true });
  target.classList.remove('jp-mod-lookedAt');
  // Without this, a second click would not start the animation again.
  void target.offsetWidth;
  target.classList.add('jp-mod-lookedAt');
  target.addEventListener('blur', () => target.classList.remove('jp-mod-lookedAt'), { once: true });
}
