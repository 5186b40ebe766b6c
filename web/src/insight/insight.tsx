// What was spent, where and when, and what things cost. Loaded when it is opened.

import './insight.css';
import './figures.css';

import { useEffect, useState, type ReactNode } from 'react';

import { isRecord, text } from '../shared/api/json';
import { useRemovedIds } from '../shared/device/removed-ids';
import { moreTexts, texts } from '../shared/i18n/language';
import { Pick } from '../shared/ui/pick';
import { takeTop } from '../shared/ui/route';
import { type Choice, filters, firstShown, isChosen, isCounted, isJudged } from './choice';
import { csvOf, saveAs } from './csv';
import { Finder } from './finder';
import { Found } from './found';
import { mostReceipts, useHistory } from './history';
import { Overview } from './overview';
import { PriceFold } from './price-fold';
import { pricesOf, usePurchases } from './prices';
import { currenciesOf } from './sums';

const everything: Choice = { query: '', filter: 'all', month: null, most: firstShown, prices: false };

type Props = { onOpen: (imageId: string) => void; onPick: (file: File) => void };

export default function Insight({ onOpen, onPick }: Props): ReactNode {
  const { receipts, loading, whole, reachable, look } = useHistory();
  const hidden = useRemovedIds();
  const [choice, choose] = useChoice();
  const [wished, setCurrency] = useState<string | null>(null);
  const words = moreTexts.insight;
  useEffect(() => {
    const top = loading ? 0 : takeTop();
    if (top > 0) window.scrollTo(0, top);
  }, [loading]);

  const judged = receipts.filter((receipt) => isJudged(receipt) && !hidden.has(receipt.imageId));
  const purchases = usePurchases(judged, choice.prices);
  const items = new Map([...purchases.byReceipt].map(([id, bought]) => [id, bought.map(({ name }) => name)]));
  const inEveryMonth = judged.filter((receipt) => isChosen(receipt, { ...choice, month: null }, items));
  const found = inEveryMonth.filter((receipt) => isChosen(receipt, choice, items));
  const counted = found.filter((receipt) => isCounted(receipt, choice));
  const countedEver = inEveryMonth.filter((receipt) => isCounted(receipt, choice));
  const currencies = currenciesOf(counted.length > 0 ? counted : countedEver);
  const currency = currencies.find((known) => known === wished) ?? currencies[0] ?? null;

  if (judged.length === 0 && reachable) return loading ? <p className="lead" role="status">{words.opening}</p> : <Nothing onPick={onPick} />;
  return (
    <>
      {judged.length > 0 && (
        <div className="insight-columns">
          <div>
            {countedEver.length > 0 && (
              <Overview
                counted={counted}
                inEveryMonth={countedEver}
                choice={choice}
                onChoose={choose}
                currency={currency}
                onCurrency={setCurrency}
              />
            )}
            <PriceFold
              things={pricesOf(judged, purchases.byReceipt)}
              purchases={purchases}
              open={choice.prices}
              onOpen={(prices) => { choose({ ...choice, prices }); }}
            />
          </div>
          <div>
            <Finder choice={choice} onChoose={choose} />
            {found.length === 0 && (
              <p className="lead" role="status">
                {words.nothingFound}{' '}
                <button type="button" className="inline-button" onClick={() => { choose({ ...everything, prices: choice.prices }); }}>
                  {words.showAll}
                </button>
              </p>
            )}
            <Found receipts={found} choice={choice} onChoose={choose} onOpen={onOpen} />
            {found.length > 0 && (
              <button type="button" className="button quiet" onClick={() => { saveAs(words.csv.file, csvOf(found)); }}>
                {words.exporting(found.length)}
              </button>
            )}
          </div>
        </div>
      )}
      {!loading && reachable && !whole && <p className="aside">{words.partly(receipts.length)}</p>}
      {!reachable && (
        <p className="aside" role="status">
          {words.unreachable}{' '}
          <button type="button" className="inline-button" onClick={look}>
            {words.lookAgain}
          </button>
        </p>
      )}
    </>
  );
}

/** The bars that are to come, and the ways to the first one. */
function Nothing({ onPick }: { onPick: (file: File) => void }): ReactNode {
  return (
    <div className="insight-nothing">
      <div className="bars-to-come" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
      <p className="lead" role="status">
        {moreTexts.insight.none}
      </p>
      <div className="actions">
        <Pick from="camera" look="primary" onPick={onPick}>
          {texts.take}
        </Pick>
        <Pick from="files" look="quiet" onPick={onPick}>
          {texts.choose}
        </Pick>
      </div>
    </div>
  );
}

/** Kept with the address, so that the way back from a receipt leads to the same. */
function useChoice(): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState(() => decodeChoice(history.state));
  return [
    choice,
    (choice) => {
      history.replaceState(choice, '');
      setChoice(choice);
    },
  ];
}

function decodeChoice(input: unknown): Choice {
  if (!isRecord(input)) return everything;
  const { most } = input;
  return {
    query: text(input['query']) ?? '',
    filter: filters.find((filter) => filter === input['filter']) ?? 'all',
    month: text(input['month']),
    most: typeof most === 'number' && most > firstShown ? Math.min(most, mostReceipts) : firstShown,
    prices: input['prices'] === true,
  };
}
