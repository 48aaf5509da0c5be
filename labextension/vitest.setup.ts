// A clean document for every spec, and what JupyterLab's modules touch on import but jsdom lacks.
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

class Absent {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

const missing: Record<string, unknown> = {
  DragEvent: class extends Event {},
  ResizeObserver: Absent,
  matchMedia: () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }),
  requestIdleCallback: (run: () => void) => setTimeout(run, 0)
};

for (const [name, value] of Object.entries(missing)) {
  if (Reflect.get(globalThis, name) === undefined) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
