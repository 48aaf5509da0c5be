// What JupyterLab's modules touch when they are imported, and jsdom lacks.
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
  if (!(name in globalThis)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
