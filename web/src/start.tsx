// Draws the page, once its language is known.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { Safeguard } from './parts/safeguard';

export function start(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <Safeguard>
        <App />
      </Safeguard>
    </StrictMode>,
  );
}
