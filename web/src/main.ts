// The first thing that a browser runs: fetches the page and its language side by side.

import './styles/base.css';
import './styles/home.css';
import './styles/photo.css';
import './styles/receipt.css';
import './styles/card.css';

import { speak, texts } from './texts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element for the page');
try {
  const [{ start }] = await Promise.all([import('./start'), speak(navigator.languages)]);
  document.documentElement.lang = texts.language;
  start(root);
} catch {
  // The words are among what did not come.
  const again = Object.assign(document.createElement('a'), { href: '/', textContent: 'Please open this page again · Bitte noch einmal öffnen' });
  root.append(again);
}
