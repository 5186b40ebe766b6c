// What a person does after a receipt was not accepted: the one thing that helps, by what stood in the way.

import type { Verdict } from './api/decode';
import { failedRules } from './reading';
import { texts } from './texts';

/** `another`: this receipt will not do, whatever the photo. */
export type Todo = 'retake' | 'photograph a receipt' | 'another' | 'see the first one' | 'wait';
export type WayOn = { tip: string | null } & (
  | { todo: Exclude<Todo, 'see the first one'> }
  | { todo: 'see the first one'; imageId: string }
);

/** Where several rules failed, the earlier one here decides: a better photo does not make a receipt younger. */
const todos: [code: string, todo: Todo][] = [
  ['over_limit', 'wait'],
  ['duplicate_image', 'see the first one'],
  ['duplicate_receipt', 'see the first one'],
  ['not_a_receipt', 'photograph a receipt'],
  ['unreadable', 'retake'],
  ['too_old', 'another'],
  ['future_date', 'another'],
  ['unsupported_currency', 'another'],
];

export function wayOnFrom(verdict: Verdict | null): WayOn {
  const failed = failedRules(verdict);
  const [code, todo] = todos.find(([code]) => failed.some((rule) => rule.code === code)) ?? [null, 'retake' as const];
  const tips = failed.flatMap(({ code }) => texts.verdict.tips[code] ?? []);
  const tip = (code === null ? tips[0] : texts.verdict.tips[code]) ?? null;
  if (todo !== 'see the first one') return { todo, tip };
  const imageId = failed.find(({ earlier }) => earlier !== null)?.earlier ?? null;
  // It may be another person's, of whom we say nothing.
  return imageId === null ? { todo: 'another', tip } : { todo, imageId, tip };
}
