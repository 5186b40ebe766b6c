import { expect, it } from 'vitest';

import { languages } from './languages';

it.each([
  ['texts', import.meta.glob('./texts/*.ts')],
  ['texts/more', import.meta.glob('./texts/more/*.ts')],
])('each file in %s is a language of the page, and each language has its file there', (folder, files) => {
  const named = Object.keys(files).map((path) => path.replace(/^.*\/|\.ts$/g, ''));
  expect(named.sort(), folder).toEqual(Object.keys(languages).sort());
});
