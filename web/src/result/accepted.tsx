// The result: the amount, the verdict, and what they rest on.

import type { ReactNode } from 'react';

import type { Rebate } from '../shared/api/decode';
import { formatMoney } from '../shared/i18n/format';
import { moreTexts } from '../shared/i18n/language';
import { Mark } from '../shared/ui/mark';
import { Pick } from '../shared/ui/pick';
import { itemSumOf } from './corrected-receipt';
import { Editable, NotSaved, ReadAs } from './editable';
import { Facts, Lightable } from './facts';
import { Items } from './items';
import type { JudgedProps } from './outcome-props';
import { type Fact, factOf, factsOf, taxesOf } from './reading';
import { Remove } from './remove';
import { Rules } from './rules';

const plainFacts = ['date', 'time', 'tradeName', 'address', 'phone', 'receiptNumber', 'taxNumber'] as const;
const beforeTaxes = ['subtotal', 'discount', 'service', 'tip'] as const;
const afterTaxes = ['rounding', 'paymentMethod', 'cardLastFour'] as const;

export function Accepted({ frame, receipt, correcting, lit, onLight, onPick, onHome }: JudgedProps): ReactNode {
  const { imageId, verdict, corrections } = frame;
  const merchant = factOf('merchant', receipt);
  const total = factOf('total', receipt);
  const amount = total?.shown ?? moreTexts.receipt.noTotal;
  const sums = [...factsOf(beforeTaxes, receipt), ...taxesOf(receipt), ...factsOf(afterTaxes, receipt)];
  // The amount tells the currency, until it was set right.
  const facts = factsOf(corrections.currency === undefined ? plainFacts : [...plainFacts, 'currency'], receipt);
  const readAs = (name: string) => <ReadAs name={name} frame={frame} correcting={correcting} />;
  const word = moreTexts.verdict.accepted;
  const rebate = verdict?.rebate ?? null;
  const earning = rebate === null ? null : moreTexts.verdict.earning(formatMoney(rebate.amount, rebate.currency));
  return (
    <section className="outcome">
      <div className="paper">
        <article className="card">
          <h1 className="unseen" tabIndex={-1}>
            {moreTexts.verdict.announced(`${word}${earning ?? ''}`, merchant?.shown ?? moreTexts.receipt.noMerchant, amount)}
          </h1>
          <Editable frame={frame} correcting={correcting} lit={lit} onLight={onLight}>
            <Lightable id={litId(merchant)} className="merchant" lit={lit} onLight={onLight}>
              {merchant?.shown ?? moreTexts.receipt.noMerchant}
            </Lightable>
            {readAs('merchant')}
            <Lightable id={litId(total)} className={`amount ${amount.length > 9 ? 'amount-long' : ''}`} lit={lit} onLight={onLight}>
              {amount}
            </Lightable>
            {readAs('total')}
          </Editable>
          <NotSaved correcting={correcting} />
          <div className="verdict verdict-accepted">
            <Mark kind="done" />
            {earning === null ? (
              <p>
                <strong className="verdict-line">{word}</strong>{' '}
                {moreTexts.verdict.summary[verdict?.noRebate ?? 'accepted']}
              </p>
            ) : (
              <p className="earning">
                <strong>{word}</strong>
                {earning}
              </p>
            )}
            <RebateParts rebate={rebate} />
          </div>
          <Facts facts={facts} below={readAs} lit={lit} onLight={onLight} />
          <Items receipt={receipt} rebate={rebate} sum={itemSumOf(frame)} lit={lit} onLight={onLight} />
          <Facts facts={sums} lit={lit} onLight={onLight} />
          <Rules rules={verdict?.rules ?? []} />
        </article>
      </div>
      <Remove imageId={imageId} name={merchant?.shown ?? ''} onGone={onHome} />
      <div className="actions actions-stay">
        <Pick from="camera" look="primary" onPick={onPick}>
          {moreTexts.verdict.scanAnother}
        </Pick>
      </div>
    </section>
  );
}

/** Only where there is more than what every receipt earns. */
function RebateParts({ rebate }: { rebate: Rebate | null }): ReactNode {
  if (rebate === null || (rebate.parts.length < 2 && rebate.parts.every(({ item }) => item === null))) return null;
  return (
    <ul className="rebate" aria-label={moreTexts.verdict.parts}>
      {rebate.parts.map(({ name, amount, item }, index) => (
        <li key={index}>
          <span>{item === null ? moreTexts.verdict.everyReceipt : name}</span> <span>{formatMoney(amount, rebate.currency)}</span>
        </li>
      ))}
    </ul>
  );
}

function litId(fact: Fact | null): string | null {
  return fact?.box == null ? null : fact.key;
}
