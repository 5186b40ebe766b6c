import { afterEach, expect, it } from 'vitest';

import { speak } from './language';
import { wordingOfRefusal, wordingOfWhy } from './wording';

afterEach(async () => {
  await speak(['en-GB']);
});

it('why an image waits or failed is said by its code, whatever the sentence', async () => {
  const damaged = { reason: 'damaged_picture', detail: 'Worded anew.' };
  expect(wordingOfWhy(damaged)).toBe('This picture’s file is damaged. Take the photo again.');
  await speak(['de']);
  expect(wordingOfWhy(damaged)).toBe('Die Bilddatei ist beschädigt. Bitte fotografiere noch einmal.');
});

it.each(['eaten_by_the_dog', 'toString', null])('where the code is %s the sentence is shown as it came, if there is one', (reason) => {
  expect(wordingOfWhy({ reason, detail: 'It was eaten.' })).toBe('It was eaten.');
  expect(wordingOfWhy({ reason, detail: null })).toBeNull();
});

it('why a file was refused is said by its code, else as it came', async () => {
  const pages = { code: 'several_pages', detail: 'Worded anew.' };
  expect(wordingOfRefusal(pages)).toBe('This file has several pages. Send each as a picture of its own.');
  await speak(['de']);
  expect(wordingOfRefusal(pages)).toMatch(/^Diese Datei hat mehrere Seiten/);
  expect(wordingOfRefusal({ code: 'unsupported_media_type', detail: 'Something new.' })).toBe('Something new.');
  expect(wordingOfRefusal({ code: null, detail: null })).toBeNull();
});
