// The language in which this page speaks, and its words.

import { type Language, languageOf, languages } from './languages';
import type { MoreTexts } from './more-texts';
import type { Texts } from './texts';

export let language: Language;

/** Set by `speak`, before anything is drawn. */
export let texts: Texts;

/** How this person writes dates and numbers, in the language of the page. */
export let locale: string;

/** Set by `speakMore`, before a screen that needs it is drawn. */
export let moreTexts: MoreTexts;

/** Loads the first of the `wanted` languages that there is; English where there is none. */
export async function speak(wanted: readonly string[]): Promise<void> {
  const chosen = wanted.map(languageOf).find((language) => language !== null) ?? 'en';
  ({ texts } = await languages[chosen].texts());
  language = chosen;
  locale = wanted.find((tag) => languageOf(tag) === chosen && tag.length > 2) ?? texts.locale;
}

export async function speakMore(): Promise<void> {
  ({ texts: moreTexts } = await languages[language].moreTexts());
}
