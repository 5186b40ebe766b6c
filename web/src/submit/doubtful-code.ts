// The question about a doubtful photo, with its words: loaded while the photo is looked at.

import { speakMore } from '../shared/i18n/language';

type Code = typeof import('./doubtful');
let code: Code | null = null;

/** `null` until it is loaded. */
export function doubtfulCode(): Code | null {
  return code;
}

/** Whether it can be asked. */
export async function loadDoubtful(): Promise<boolean> {
  try {
    const [loaded] = await Promise.all([import('./doubtful'), speakMore()]);
    code = loaded;
    return true;
  } catch {
    return false;
  }
}
