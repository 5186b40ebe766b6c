// The languages of the page. One entry here, with the two files that it loads, makes a language; the compiler names what is
// missing in it.

import type { MoreTexts } from './more-texts';
import type { Texts } from './texts';

type Entry = {
  texts: () => Promise<{ texts: Texts }>;
  /** The words of the screens that are loaded when they are opened. */
  moreTexts: () => Promise<{ texts: MoreTexts }>;
  /** Stands on the page where neither texts nor screens could be loaded. */
  openAgain: string;
};

export const languages = {
  en: { texts: () => import('./texts/en'), moreTexts: () => import('./texts/more/en'), openAgain: 'Please open this page again' },
  de: { texts: () => import('./texts/de'), moreTexts: () => import('./texts/more/de'), openAgain: 'Bitte noch einmal öffnen' },
} as const satisfies Record<string, Entry>;

export type Language = keyof typeof languages;

/** The language of a tag like "de-CH"; `null` where the page does not have it. */
export function languageOf(tag: string): Language | null {
  const [language = ''] = tag.toLowerCase().split('-');
  return isLanguage(language) ? language : null;
}

function isLanguage(name: string): name is Language {
  return Object.hasOwn(languages, name);
}
