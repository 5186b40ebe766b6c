// The answer: the amount above all, the verdict, and everything it rests on.

import type { ReactNode } from 'react';

import type { Rebate, Receipt, Verdict } from '../api/decode';
import { Facts, Lightable } from '../parts/facts';
import { Items } from '../parts/items';
import { Mark } from '../parts/mark';
import { Pick } from '../parts/pick';
import { Rules } from '../parts/rules';
import { formatMoney } from '../format';
import { factOf, factsOf, taxesOf, type Fact } from '../reading';
import { texts } from '../texts';
import { inOurWords } from '../wording';

type Props = {
  receipt: Receipt;
  verdict: Verdict | null;
  lit: string | null;
  onLight: (key: string | null) => void;
  onPick: (file: File) => void;
};

const plainFacts = ['date', 'time', 'tradeName', 'address', 'phone', 'receiptNumber', 'taxNumber'] as const;
const beforeTaxes = ['subtotal', 'discount', 'service', 'tip'] as const;
const afterTaxes = ['rounding', 'paymentMethod', 'cardLastFour'] as const;

export function Accepted({ receipt, verdict, lit, onLight, onPick }: Props): ReactNode {
  const merchant = factOf('merchant', receipt);
  const total = factOf('total', receipt);
  const amount = total?.shown ?? texts.receipt.noTotal;
  const sums = [...factsOf(beforeTaxes, receipt), ...taxesOf(receipt), ...factsOf(afterTaxes, receipt)];
  const word = texts.verdict.accepted;
  const rebate = verdict?.rebate ?? null;
  const earning = rebate === null ? null : texts.verdict.earning(formatMoney(rebate.amount, rebate.currency));
  return (
    <section className="outcome">
      <div className="paper">
        <article className="card">
          <h1 className="unseen" tabIndex={-1}>
            {texts.verdict.announced(`${word}${earning ?? ''}`, merchant?.shown ?? texts.receipt.noMerchant, amount)}
          </h1>
          <Lightable id={litId(merchant)} className="merchant" lit={lit} onLight={onLight}>
            {merchant?.shown ?? texts.receipt.noMerchant}
          </Lightable>
          <Lightable id={litId(total)} className={`amount ${amount.length > 9 ? 'amount-long' : ''}`} lit={lit} onLight={onLight}>
            {amount}
          </Lightable>
          <div className="verdict verdict-accepted">
            <Mark kind="done" />
            {earning === null ? (
              <p>
                <strong className="verdict-line">{word}</strong>{' '}
                {texts.verdict.summary.accepted}
              </p>
            ) : (
              <p className="earning">
                <strong>{word}</strong>
                {earning}
              </p>
            )}
            <RebateParts rebate={rebate} />
          </div>
          <Facts facts={factsOf(plainFacts, receipt)} lit={lit} onLight={onLight} />
          <Items items={receipt.items} rebate={rebate} lit={lit} onLight={onLight} />
          <Facts facts={sums} lit={lit} onLight={onLight} />
          <Rules rules={verdict?.rules ?? []} />
        </article>
      </div>
      <div className="actions actions-stay">
        <Pick from="camera" look="primary" onPick={onPick}>
          {texts.verdict.scanAnother}
        </Pick>
      </div>
    </section>
  );
}

/** Only where there is more than what every receipt earns. */
function RebateParts({ rebate }: { rebate: Rebate | null }): ReactNode {
  if (rebate === null || (rebate.parts.length < 2 && rebate.parts.every(({ item }) => item === null))) return null;
  return (
    <ul className="rebate" aria-label={texts.verdict.parts}>
      {rebate.parts.map(({ name, amount }, index) => (
        <li key={index}>
          <span>{inOurWords(name)}</span> <span>{formatMoney(amount, rebate.currency)}</span>
        </li>
      ))}
    </ul>
  );
}

function litId(fact: Fact | null): string | null {
  return fact?.box == null ? null : fact.key;
}
