import './styles/base.css';
import './styles/home.css';
import './styles/photo.css';
import './styles/receipt.css';
import './styles/card.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { Safeguard } from './parts/safeguard';
import { texts } from './texts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element for the page');
document.documentElement.lang = texts.language;
createRoot(root).render(
  <StrictMode>
    <Safeguard>
      <App />
    </Safeguard>
  </StrictMode>,
);
