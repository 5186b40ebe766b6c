// What the rules of the verdict found, in the language of the page; the server's English sentence where a rule is unknown here.

import type { Rule, Verdict } from '../shared/api/decode';
import { createdAt } from '../shared/api/image-id';
import { formatDay } from '../shared/i18n/format';
import { locale, moreTexts } from '../shared/i18n/language';
import type { RuleCode, ThingCode } from '../shared/i18n/more-texts';

export function wordingOfRule(rule: Rule): string {
  const { code, outcome, limit, value, message } = rule;
  if (isThing(code)) {
    const thing = moreTexts.things[code];
    if (outcome === 'passed') return moreTexts.seen(thing);
    return value === null ? moreTexts.unseen(thing) : moreTexts.unread(thing);
  }
  if (!isKnown(code)) return message;
  const sentence = moreTexts.rules[code][outcome];
  return typeof sentence === 'string' ? sentence : sentence({ limit, value, day: dayOf(rule.earlier) });
}

/** One sentence on the whole; "We can't see the date or the total." where all that failed is something unseen. */
export function wordingOfVerdict(verdict: Verdict | null): string | null {
  if (verdict === null) return null;
  const failed = verdict.rules.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (verdict.outcome === 'accepted') return moreTexts.verdict.summary[verdict.noRebate ?? 'accepted'];
  if (first === undefined) return verdict.summary;
  const unseen = failed.flatMap(({ code, value }) => (isThing(code) && value === null ? [moreTexts.things[code]] : []));
  if (unseen.length < failed.length) return wordingOfRule(first);
  return moreTexts.unseen(new Intl.ListFormat(locale, { type: 'disjunction' }).format(unseen));
}

/** On which it was sent. */
function dayOf(imageId: string | null): string | null {
  const sent = imageId === null ? null : createdAt(imageId);
  return sent === null ? null : formatDay(new Date(sent).toISOString().slice(0, 10));
}

function isThing(code: string): code is ThingCode {
  return Object.hasOwn(moreTexts.things, code);
}

function isKnown(code: string): code is RuleCode {
  return Object.hasOwn(moreTexts.rules, code);
}
