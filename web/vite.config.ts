import { defineConfig } from 'vitest/config';

import { firstLoad } from './build/first-load';

const api = process.env['API_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  plugins: [firstLoad({ pages: ['/src/start.tsx'], oneOf: ['/src/texts/en.ts', '/src/texts/de.ts'] })],
  build: {
    target: 'es2022',
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      // As objects, so that the host stays the page's own: another origin is refused.
      '/upload': { target: api },
      '/receipts': { target: api },
      '/imageStatus': { target: api, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://receipts.test/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
