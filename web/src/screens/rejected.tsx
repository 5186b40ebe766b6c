// Not accepted: what we could not see, where to look, and the one thing to do next.

import type { ReactNode } from 'react';

import { fieldNames, type Receipt, type Verdict } from '../api/decode';
import { Facts, Lightable } from '../parts/facts';
import { Items } from '../parts/items';
import { Mark } from '../parts/mark';
import { Pick } from '../parts/pick';
import { Rules } from '../parts/rules';
import { factsOf, failedRules, ruleKey } from '../reading';
import { texts } from '../texts';

type Props = {
  receipt: Receipt;
  verdict: Verdict | null;
  lit: string | null;
  onLight: (key: string | null) => void;
  onPick: (file: File) => void;
};

export function Rejected({ receipt, verdict, lit, onLight, onPick }: Props): ReactNode {
  const failed = failedRules(verdict);
  const summary = verdict?.summary ?? texts.verdict.rejectedSummary;
  const tips = failed.flatMap(({ code }) => texts.verdict.tips[code] ?? []);
  // One reason that the heading has told already is not told twice, unless it has a place to light.
  const told = failed.filter(({ message, box }) => message !== summary || box !== null);
  const facts = factsOf(fieldNames.filter((name) => name !== 'currency'), receipt);
  return (
    <section className="outcome">
      <p className="verdict verdict-help">
        <Mark kind="help" />
        <strong>{texts.verdict.rejected}</strong>
      </p>
      <h1 tabIndex={-1}>{summary}</h1>
      {told.length > 0 && (
        <ul className="reasons">
          {told.map(({ code, message, value, box }) => (
            <li key={code}>
              <Lightable id={box === null ? null : ruleKey(code)} className="reason" lit={lit} onLight={onLight}>
                <span>{message}</span>
                {value !== null && <span className="reason-value">{value}</span>}
              </Lightable>
            </li>
          ))}
        </ul>
      )}
      <p className="lead">{tips[0] ?? texts.verdict.anotherPhoto}</p>
      <div className="actions">
        <Pick from="camera" look="primary" onPick={onPick}>
          {texts.verdict.retake}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick}>
          {texts.verdict.chooseAnother}
        </Pick>
      </div>
      {(facts.length > 0 || receipt.items.length > 0) && (
        <div className="paper">
          <article className="card">
            <h2>{texts.verdict.whatWeRead}</h2>
            <Facts facts={facts} lit={lit} onLight={onLight} />
            <Items items={receipt.items} lit={lit} onLight={onLight} />
            <Rules rules={verdict?.rules ?? []} />
          </article>
        </div>
      )}
    </section>
  );
}
