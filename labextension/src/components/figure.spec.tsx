/** An image is saved as what it is. */

import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { renderAgent } from '../testing/renderAgent';
import { Figure } from './figure';

const saved: string[] = [];

beforeEach(() => {
  // jsdom opens no dialogs and follows no links.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
    this.open = true;
  };
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['image/png', 'iVBORw0=', 'figure.png'],
  ['image/jpeg', '/9j/4AA=', 'figure.jpg'],
  ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'figure.svg']
] as const)('saves %s', (mimeType, data, name) => {
  renderAgent(<Figure mimeType={mimeType} data={data} alternative="A plot" />);
  fireEvent.click(screen.getByRole('button', { name: 'A plot' }));
  fireEvent.click(screen.getByRole('button', { name: 'Download the image' }));
  expect(saved.at(-1)).toBe(name);
});
