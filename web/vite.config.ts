import { readdirSync } from 'node:fs';

import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

import { firstLoad } from './build/first-load';
import { precompress } from './build/precompress';

const api = process.env['API_URL'] ?? 'http://localhost:8080';

const textsFolder = 'src/shared/i18n/texts';
const languages = readdirSync(textsFolder).filter((name) => name.endsWith('.ts'));

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  plugins: [
    firstLoad({ pages: ['/src/app/start.tsx'], oneOf: languages.map((file) => `/${textsFolder}/${file}`) }),
    precompress(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'worker',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: {
        id: '/',
        name: 'Receipts',
        short_name: 'Receipts',
        description: 'Photograph a receipt and see at once whether it counts.',
        start_url: '/',
        display: 'standalone',
        background_color: '#fffdf8',
        theme_color: '#0b6e4f',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        share_target: {
          action: '/share',
          method: 'POST',
          enctype: 'multipart/form-data',
          params: { files: [{ name: 'photos', accept: ['image/*', 'application/pdf'] }] },
        },
      },
      injectManifest: {
        globPatterns: ['index.html', 'favicon.svg', 'icon-192.png', 'assets/*.{js,css}'],
        // The server knows it by this address only.
        manifestTransforms: [(entries) => ({
          manifest: entries.map((entry) => (entry.url === 'index.html' ? { ...entry, url: '/' } : { ...entry, url: `/${entry.url}` })),
        })],
        rollupFormat: 'iife',
      },
    }),
  ],
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
    setupFiles: ['testing/setup.ts'],
    restoreMocks: true,
    unstubGlobals: true,
    // Only for what never ends: tests wait for what happens, and a busy machine takes long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
