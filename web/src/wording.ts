// What the server found, said in the language of the page: from its stable codes, and in its own English where a code is
// unknown here.

import type { Rule, Verdict, Why } from './api/decode';
import { formatDay } from './format';
import { createdAt } from './pace';
import { locale, texts, type Reason, type RuleCode, type ThingCode } from './texts';

export function wordingOfRule(rule: Rule): string {
  const { code, outcome, limit, value, message } = rule;
  if (isThing(code)) {
    const thing = texts.things[code];
    if (outcome === 'passed') return texts.seen(thing);
    return value === null ? texts.unseen(thing) : texts.unread(thing);
  }
  if (!isKnown(code)) return message;
  const sentence = texts.rules[code][outcome];
  return typeof sentence === 'string' ? sentence : sentence({ limit, value, day: dayOf(rule.earlier) });
}

/** One sentence on the whole; "We can't see the date or the total." where all that failed is something unseen. */
export function wordingOfVerdict(verdict: Verdict | null): string | null {
  if (verdict === null) return null;
  const failed = verdict.rules.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (verdict.outcome === 'accepted') return texts.verdict.summary.accepted;
  if (first === undefined) return verdict.summary;
  const unseen = failed.flatMap(({ code, value }) => (isThing(code) && value === null ? [texts.things[code]] : []));
  if (unseen.length < failed.length) return wordingOfRule(first);
  return texts.unseen(new Intl.ListFormat(locale, { type: 'disjunction' }).format(unseen));
}

/** Why it waits or failed; `null` where the server does not say. */
export function wordingOfWhy({ reason, detail }: Why): string | null {
  return reason !== null && isReason(reason) ? texts.reasons[reason] : detail;
}

/** Why a file was refused. */
export function inOurWords(serversWords: string): string {
  return Object.hasOwn(texts.serversWords, serversWords) ? (texts.serversWords[serversWords] ?? serversWords) : serversWords;
}

/** On which it was sent. */
function dayOf(imageId: string | null): string | null {
  const sent = imageId === null ? null : createdAt(imageId);
  return sent === null ? null : formatDay(new Date(sent).toISOString().slice(0, 10));
}

function isThing(code: string): code is ThingCode {
  return Object.hasOwn(texts.things, code);
}

function isReason(code: string): code is Reason {
  return Object.hasOwn(texts.reasons, code);
}

function isKnown(code: string): code is RuleCode {
  return Object.hasOwn(texts.rules, code);
}
