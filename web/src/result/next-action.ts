// What a person does after a receipt was not accepted: the one thing that helps, by what stood in the way.

import type { Verdict } from '../shared/api/decode';
import type { Wire } from '../shared/api/wire';
import { moreTexts } from '../shared/i18n/language';
import type { NextAction } from '../shared/i18n/more-texts';
import { wordFor } from '../shared/i18n/wording';
import { failedRules } from './reading';

export type Next = { tip: string | null } & (
  | { action: Exclude<NextAction, 'see the first one'> }
  | { action: 'see the first one'; imageId: string }
);

/** Where several rules failed, the earlier one here decides: a better photo does not make a receipt younger. */
const actions: [code: Wire['RuleCode'], action: NextAction][] = [
  ['over_limit', 'wait'],
  ['over_address_limit', 'wait'],
  ['over_budget', 'wait'],
  ['duplicate_image', 'see the first one'],
  ['duplicate_receipt', 'see the first one'],
  ['not_a_receipt', 'photograph a receipt'],
  ['not_a_sale', 'another'],
  ['several_receipts', 'retake'],
  ['parts_apart', 'retake'],
  ['unreadable', 'retake'],
  ['too_old', 'another'],
  ['future_date', 'another'],
  ['unsupported_currency', 'another'],
];

export function nextActionAfter(verdict: Verdict | null): Next {
  const failed = failedRules(verdict);
  const [code, action] = actions.find(([code]) => failed.some((rule) => rule.code === code)) ?? [null, 'retake' as const];
  const tips = failed.flatMap(({ code }) => wordFor(moreTexts.verdict.tips, code) ?? []);
  const tip = (code === null ? tips[0] : moreTexts.verdict.tips[code]) ?? null;
  if (action !== 'see the first one') return { action, tip };
  const imageId = failed.find(({ earlier }) => earlier !== null)?.earlier ?? null;
  // It may be another person's, of whom we say nothing.
  return imageId === null ? { action: 'another', tip } : { action, imageId, tip };
}
