// The first code that a browser runs: loads the page and its language side by side.

import './shared/ui/base.css';
import './app/home.css';
import './shared/ui/receipt-row.css';
import './submit/waiting-photos.css';
import './app/app.css';
import './shared/ui/photo-frame.css';
import './shared/ui/working.css';
import './app/photo-screen.css';
import './result/card.css';

import { language, speak } from './shared/i18n/language';
import { languages } from './shared/i18n/languages';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element for the page');
try {
  const [{ start }] = await Promise.all([import('./app/start'), speak(navigator.languages)]);
  document.documentElement.lang = language;
  start(root);
} catch {
  // The texts may be among what could not be loaded, so this speaks all languages.
  const textContent = Object.values(languages).map(({ openAgain }) => openAgain).join(' · ');
  root.append(Object.assign(document.createElement('a'), { href: '/', textContent }));
}
