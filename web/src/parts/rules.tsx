// What was checked, in a fold.

import type { ReactNode } from 'react';

import type { Rule, RuleOutcome } from '../api/decode';
import { texts } from '../texts';
import { Mark, type MarkKind } from './mark';

const marks: Record<RuleOutcome, MarkKind> = { passed: 'done', failed: 'help', not_checked: 'none' };

export function Rules({ rules }: { rules: Rule[] }): ReactNode {
  if (rules.length === 0) return null;
  return (
    <details className="fold">
      <summary>{texts.verdict.rules(rules.length)}</summary>
      <ul className="rules">
        {rules.map(({ code, outcome, message }) => (
          <li key={code}>
            <Mark kind={marks[outcome]} />
            <span>
              <span className="unseen">{`${texts.verdict.rule[outcome]}: `}</span>
              {message}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
