import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['src/**/*.spec.{ts,tsx}'],
    setupFiles: ['./vitest.setup.ts'],
    // JupyterLab's packages import style sheets and each other without file extensions.
    server: { deps: { inline: [/@jupyterlab/, /@lumino/, /@jupyter/] } },
    testTimeout: 20_000
  }
});
