// Setting right what was misread: the lines that matter turn into inputs, and back.

import { useEffect, useId, useRef, useState, type ReactNode, type SyntheticEvent } from 'react';

import type { Changes } from '../shared/api/corrections';
import { type Correctable, correctables, type JudgedFrame } from '../shared/api/decode';
import { typedAmount, unitsOf } from '../shared/i18n/amounts';
import { locale, moreTexts } from '../shared/i18n/language';
import { changeOf } from './corrected-receipt';
import { currencies, nameOfCurrency } from './currencies';

type Props = {
  frame: JudgedFrame;
  busy: boolean;
  lit: string | null;
  onLight: (key: string | null) => void;
  onSave: (changes: Changes) => void;
  onCancel: () => void;
};

const earliestDay = '1990-01-01';

export function Edit({ frame, busy, lit, onLight, onSave, onCancel }: Props): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const [begin] = useState(() => correctables.find((name) => name === lit) ?? 'total');
  const [hint, setHint] = useState<Correctable | null>(null);
  const id = useId();
  useEffect(() => {
    inputOf(form.current, begin)?.focus();
  }, [begin]);
  useEffect(() => {
    const input = correctables.some((name) => name === lit) ? inputOf(form.current, lit) : null;
    if (input !== null && input !== document.activeElement) input.focus();
  }, [lit]);

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const typed = (name: Correctable) => inputOf(form.current, name)?.value ?? '';
    const total = typed('total').trim() === '' ? '' : typedAmount(typed('total'));
    const wrong = total === null ? 'total' : inputOf(form.current, 'date')?.validity.valid === false ? 'date' : null;
    setHint(wrong);
    if (total === null || wrong !== null) {
      inputOf(form.current, wrong)?.focus();
      return;
    }
    onSave({
      ...changeOf('merchant', typed('merchant'), frame),
      ...changeOf('date', typed('date'), frame),
      ...changeOf('total', total, frame),
      ...changeOf('currency', typed('currency'), frame),
    });
  };

  const { correcting } = moreTexts;
  const inputs: Record<Correctable, ReactNode> = {
    merchant: <input {...common('merchant')} type="text" maxLength={200} autoComplete="off" />,
    date: <input {...common('date')} type="date" min={earliestDay} max={tomorrow()} />,
    total: <input {...common('total')} type="text" inputMode="decimal" autoComplete="off" />,
    currency: (
      <select {...common('currency')}>
        {valueOf('currency', frame) === '' && <option value="">{correcting.noCurrency}</option>}
        {currencies(valueOf('currency', frame)).map((code) => (
          <option key={code} value={code}>
            {code} {nameOfCurrency(code)}
          </option>
        ))}
      </select>
    ),
  };

  return (
    <form
      ref={form}
      className="edit"
      aria-label={correcting.editing}
      noValidate
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      {correctables.map((name) => (
        <label key={name} className={`edit-${name}`}>
          <span>{moreTexts.receipt.fields[name]}</span>
          {inputs[name]}
          {hint === name && (
            <small id={`${id}-hint`} className="help">
              {name === 'date' ? correcting.dateHint : correcting.amountHint}
            </small>
          )}
        </label>
      ))}
      <div className="edit-actions">
        <button type="button" className="button quiet" onClick={onCancel}>
          {correcting.cancel}
        </button>
        <button type="submit" className="button primary" disabled={busy}>
          {correcting.save}
        </button>
      </div>
    </form>
  );

  function common(name: Correctable) {
    return {
      name,
      defaultValue: name === 'total' ? inOwnWriting(valueOf(name, frame)) : valueOf(name, frame),
      'aria-invalid': hint === name,
      'aria-describedby': hint === name ? `${id}-hint` : undefined,
      onFocus: () => {
        if (frame.receipt.fields[name]?.box != null) onLight(name);
      },
    };
  }
}

function valueOf(name: Correctable, { receipt, corrections }: JudgedFrame): string {
  return corrections[name] ?? receipt.fields[name]?.value ?? '';
}

/** "9.00" is "9,00" where that is how it is written; without groups, which only disturb typing. */
function inOwnWriting(decimal: string): string {
  if (unitsOf(decimal) === null) return decimal;
  const sign = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  return decimal.replace('.', sign);
}

function inputOf(form: HTMLFormElement | null, name: string | null): HTMLInputElement | HTMLSelectElement | null {
  const input = name === null ? null : form?.elements.namedItem(name);
  return input instanceof HTMLInputElement || input instanceof HTMLSelectElement ? input : null;
}

/** Somewhere it is tomorrow already. */
function tomorrow(): string {
  return new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10);
}
