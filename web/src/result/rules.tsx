// What was checked, in a fold: what stood in the way first, then what was fine.

import { useId, type ReactNode } from 'react';

import type { Rule, RuleOutcome } from '../shared/api/decode';
import { moreTexts } from '../shared/i18n/language';
import { Mark, type MarkKind } from '../shared/ui/mark';
import { wordingOfRule } from './wording';

const marks: Record<RuleOutcome, MarkKind> = { passed: 'done', failed: 'help', not_checked: 'none' };
const order = ['failed', 'passed', 'not_checked'] as const;

export function Rules({ rules }: { rules: Rule[] }): ReactNode {
  if (rules.length === 0) return null;
  return (
    <details className="fold">
      <summary>{moreTexts.verdict.rules(rules.filter(({ outcome }) => outcome !== 'not_checked').length)}</summary>
      {order.map((outcome) => (
        <RulesOf key={outcome} outcome={outcome} rules={rules.filter((rule) => rule.outcome === outcome)} />
      ))}
    </details>
  );
}

function RulesOf({ outcome, rules }: { outcome: RuleOutcome; rules: Rule[] }): ReactNode {
  const name = useId();
  if (rules.length === 0) return null;
  return (
    <div className={`rules rules-${outcome}`}>
      <p id={name} className="rules-name">
        {moreTexts.verdict.rule[outcome]}
      </p>
      <ul aria-labelledby={name}>
        {rules.map((rule) => (
          <li key={rule.code}>
            <Mark kind={marks[outcome]} />
            <span>{wordingOfRule(rule)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
