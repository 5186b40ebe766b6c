// Words and kinds by which receipts are found.

import { useId, type ReactNode } from 'react';

import { moreTexts } from '../shared/i18n/language';
import { type Choice, filters } from './choice';

type Props = { choice: Choice; onChoose: (choice: Choice) => void };

export function Finder({ choice, onChoose }: Props): ReactNode {
  const id = useId();
  const words = moreTexts.insight;
  return (
    <div className="search" role="search">
      <label htmlFor={id}>{words.search}</label>
      <input
        id={id}
        type="search"
        placeholder={words.searchHint}
        autoComplete="off"
        enterKeyHint="search"
        value={choice.query}
        maxLength={100}
        onChange={(event) => { onChoose({ ...choice, query: event.currentTarget.value }); }}
      />
      <div className="chips" role="group" aria-label={words.filter}>
        {filters.map((filter) => (
          <button
            key={filter}
            type="button"
            className="chip"
            aria-pressed={choice.filter === filter}
            onClick={() => { onChoose({ ...choice, filter }); }}
          >
            {words.filters[filter]}
          </button>
        ))}
      </div>
    </div>
  );
}
