// Not accepted: what we could not see, where to look, and the one thing to do next.

import type { ReactNode } from 'react';

import { fieldNames } from '../shared/api/receipt-decoder';
import { moreTexts } from '../shared/i18n/language';
import { InnerLink } from '../shared/ui/inner-link';
import { Mark } from '../shared/ui/mark';
import { Pick } from '../shared/ui/pick';
import { itemSumOf } from './corrected-receipt';
import { Contested, Editable, NotSaved, ReadAs } from './editable';
import { Facts, Lightable } from './facts';
import { Items } from './items';
import { type Next, nextActionAfter } from './next-action';
import type { JudgedProps } from './outcome-props';
import { factsOf, failedRules, ruleKey } from './reading';
import { Remove } from './remove';
import { Rules } from './rules';
import { wordingOfRule, wordingOfVerdict } from './wording';

export function Rejected(props: JudgedProps): ReactNode {
  const { frame, receipt, correcting, lit, onLight, onPick, parts, onParts, onOpen, onHome } = props;
  const { imageId, verdict, corrections, contested } = frame;
  const failed = failedRules(verdict).map((rule) => ({ ...rule, message: wordingOfRule(rule) }));
  const summary = wordingOfVerdict(verdict) ?? moreTexts.verdict.summary.rejected;
  const next = nextActionAfter(verdict);
  const areSeveral = next.action === 'retake' && (parts > 1 || failed.some(({ code }) => code === 'parts_apart'));
  // A reason that the heading has said is not repeated; its place on the photo can still be lit.
  const told = failed.filter(({ message, box }) => message !== summary || box !== null);
  const facts = factsOf(fieldNames.filter((name) => name !== 'currency' || corrections.currency !== undefined), receipt);
  const somethingRead = facts.length > 0 || receipt.items.length > 0;
  const rules = verdict?.rules ?? [];
  return (
    <section className="outcome">
      <p className="verdict verdict-help">
        <Mark kind="help" />
        <strong>{moreTexts.verdict.rejected}</strong>
      </p>
      <h1 tabIndex={-1}>{summary}</h1>
      {told.length > 0 && (
        <ul className="reasons">
          {told.map(({ code, message, value, box }) => (
            <li key={code}>
              <Lightable id={box === null ? null : ruleKey(code)} className="reason" lit={lit} onLight={onLight}>
                {message !== summary && <span>{message}</span>}
                {value !== null && <span className="reason-value">{value}</span>}
                {message === summary && value === null && <span>{moreTexts.place}</span>}
              </Lightable>
            </li>
          ))}
        </ul>
      )}
      <p className="lead">{next.tip ?? moreTexts.verdict.anotherPhoto}</p>
      <Actions next={next} areSeveral={areSeveral} onPick={onPick} parts={parts} onParts={onParts} onOpen={onOpen} onHome={onHome}>
        {!contested && next.action !== 'wait' && (
          <button
            type="button"
            className="button quiet"
            onClick={() => {
              correcting.change({ contested: true });
            }}
          >
            {moreTexts.correcting.contest}
          </button>
        )}
      </Actions>
      <Contested frame={frame} correcting={correcting} />
      <NotSaved correcting={correcting} />
      {(somethingRead || rules.length > 0) && (
        <div className="paper">
          <article className="card">
            {somethingRead && (
              <Editable frame={frame} correcting={correcting} lit={lit} onLight={onLight}>
                <h2>{moreTexts.verdict.whatWeRead}</h2>
              </Editable>
            )}
            <Facts
              facts={facts}
              below={(name) => <ReadAs name={name} frame={frame} correcting={correcting} />}
              lit={lit}
              onLight={onLight}
            />
            <Items receipt={receipt} rebate={null} sum={itemSumOf(frame)} lit={lit} onLight={onLight} />
            <Rules rules={rules} />
          </article>
        </div>
      )}
      <Remove imageId={imageId} name={receipt.fields.merchant?.value ?? ''} onGone={onHome} />
    </section>
  );
}

type ActionsProps = {
  next: Next;
  /** Whether the parts of a receipt are to be set right. */
  areSeveral: boolean;
  onPick: (file: File) => void;
  parts: number;
  onParts: () => void;
  onOpen: (imageId: string) => void;
  onHome: () => void;
  /** One more thing to do. */
  children: ReactNode;
};

/** A new photo is offered where it can help. */
function Actions({ next, areSeveral, onPick, parts, onParts, onOpen, onHome, children }: ActionsProps): ReactNode {
  switch (next.action) {
    case 'retake':
    case 'photograph a receipt':
    case 'another':
      return (
        <div className="actions">
          {areSeveral && (
            <button type="button" className="button primary" onClick={onParts}>
              {parts > 1 ? moreTexts.parts.change : moreTexts.parts.again}
            </button>
          )}
          <Pick from="camera" look={areSeveral ? 'quiet' : 'primary'} onPick={onPick}>
            {moreTexts.verdict.nextAction[next.action]}
          </Pick>
          <Pick from="files" look="quiet" onPick={onPick}>
            {moreTexts.verdict.chooseAnother}
          </Pick>
          {next.action === 'retake' && parts === 1 && !areSeveral && (
            <button type="button" className="button quiet" onClick={onParts}>
              {moreTexts.doubtful.addPart}
            </button>
          )}
          {children}
        </div>
      );
    case 'see the first one': {
      const { imageId } = next;
      return (
        <div className="actions">
          <InnerLink to={{ to: 'receipt', imageId }} className="button primary" onFollow={() => { onOpen(imageId); }}>
            {moreTexts.verdict.nextAction[next.action]}
          </InnerLink>
          <Pick from="camera" look="quiet" onPick={onPick}>
            {moreTexts.verdict.nextAction.another}
          </Pick>
          {children}
        </div>
      );
    }
    case 'wait':
      return (
        <div className="actions">
          <InnerLink to={{ to: 'home' }} className="button primary" onFollow={onHome}>
            {moreTexts.verdict.nextAction[next.action]}
          </InnerLink>
          {children}
        </div>
      );
  }
}
