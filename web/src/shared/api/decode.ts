// What the server says, checked: `unknown` in, one of our types out, or `null` where it does not fit. Each object has a table of
// all fields that the server's description names, so that a new one does not compile until it is used, or said to be unused.

import {
  decimal,
  type Decoders,
  fieldsOf,
  instant,
  isRecord,
  listOf,
  namesOf,
  oneOf,
  pick,
  text,
  unused,
  wholeNumber,
  yesOrNo,
} from './json';
import { type Box, decodeBox, decodeReceipt, type Receipt } from './receipt-decoder';
import type { Wire } from './wire';

export type RuleOutcome = Wire['RuleOutcome'];
/** `limit`: the operator's figure, where there is one. `earlier`: the person's own receipt that this one repeats. */
export type Rule = {
  code: string;
  outcome: RuleOutcome;
  message: string;
  limit: number | null;
  value: string | null;
  box: Box | null;
  earlier: string | null;
};

/** `amount` is a decimal string; no float touches money. */
export type Money = { amount: string; currency: string };
/** `item` is the place, among the receipt's items, of the one that it is for. */
export type RebatePart = { name: string; amount: string; item: number | null };
export type Rebate = Money & { parts: RebatePart[] };
/** What the amounts of the items come to, and by how much that is not what was paid. */
export type ItemSum = { is: Wire['ItemSumIs']; sum: string; difference: string | null };
export type Verdict = { outcome: Wire['Outcome']; summary: string; rules: Rule[]; rebate: Rebate | null; noRebate: Wire['NoRebate'] | null; itemSum: ItemSum | null };

/** What a person may set right. The values are of the machine's form: an ISO day, a decimal, an ISO 4217 code. */
export type Correctable = keyof Wire['Corrections'];
export const correctables = namesOf({ merchant: true, date: true, total: true, currency: true } satisfies Record<Correctable, true>);
export type Corrections = Partial<Record<Correctable, string>>;

export type Status = Wire['Status'];
export type WorkingStatus = Exclude<Status, 'accepted' | 'rejected' | 'failed'>;

/** Why it takes longer, or failed, where the server says so: its code, and its English sentence. */
export type Why = { reason: string | null; detail: string | null };

/** One state of one image. What a frame carries depends on its status. `at`: since when, in milliseconds. */
export type Frame = { imageId: string; version: number; at: number | null } & (
  | ({ status: WorkingStatus } & Why)
  /** `receipt` stays as the machine read it. */
  | {
      status: 'accepted' | 'rejected';
      receipt: Receipt;
      verdict: Verdict | null;
      corrections: Corrections;
      contested: boolean;
    }
  /** `tryAgain`: whether to send the same photo again; otherwise another one helps. `null` where the server does not say. */
  | ({ status: 'failed'; tryAgain: boolean | null } & Why)
);
export type WorkingFrame = Extract<Frame, { status: WorkingStatus }>;
export type JudgedFrame = Extract<Frame, { status: 'accepted' | 'rejected' }>;
export type FinalFrame = Exclude<Frame, { status: WorkingStatus }>;

export type Summary = {
  merchant: string | null;
  date: string | null;
  total: string | null;
  currency: string | null;
  rebate: Money | null;
  /** The values are the person's, where they set one right. */
  corrected: boolean;
};
export type ListedReceipt = {
  imageId: string;
  status: Status;
  version: number;
  createdAt: string;
  contested: boolean;
  summary: Summary;
};
/** `earned`: all that the person's receipts earned so far, by currency; `null` where the server does not say. */
export type ReceiptPage = { receipts: ListedReceipt[]; next: string | null; earned: Money[] | null };

/** The photos and files of a receipt. `parts`: their content types; `pages`: the part that each page is of, from 1, once that is known. */
export type Sent = { parts: readonly string[]; pages: readonly number[] };

export type Uploaded = { imageId: string; status: Status; version: number };
export type Problem = { code: string | null; detail: string | null };

const decodeStatus = oneOf({
  uploaded: true,
  started: true,
  text_detected: true,
  accepted: true,
  rejected: true,
  failed: true,
} satisfies Record<Status, true>);

export function decodeFrame(input: unknown): Frame | null {
  const fields = fieldsOf({
    imageId: text,
    version: wholeNumber,
    status: decodeStatus,
    at: instant,
    reason: text,
    detail: text,
    receipt: decodeReceipt,
    verdict: decodeVerdict,
    corrections: decodeCorrections,
    contestedAt: text,
    tryAgain: yesOrNo,
  } satisfies Decoders<Wire['Frame']>, input);
  const { imageId = null, version = null, status = null } = fields ?? {};
  if (fields === null || imageId === null || version === null || status === null) return null;
  const { at, reason, detail, receipt, verdict, corrections, contestedAt, tryAgain } = fields;
  switch (status) {
    case 'uploaded':
    case 'started':
    case 'text_detected':
      return { imageId, version, at, status, reason, detail };
    case 'accepted':
    case 'rejected':
      return { imageId, version, at, status, receipt, verdict, corrections, contested: contestedAt !== null };
    case 'failed':
      return { imageId, version, at, status, reason, detail, tryAgain };
  }
}

/** What a receipt's own address says beside its frame. */
export function decodeSent(input: unknown): Sent {
  const sent = fieldsOf({
    contentType: unused,
    parts: (parts) => listOf(decodePart, parts),
    pages: (pages) => listOf(wholeNumber, pages),
    createdAt: unused,
    history: unused,
  } satisfies Decoders<Omit<Wire['Detailed'], keyof Wire['Frame']>>, input);
  return { parts: sent?.parts ?? [], pages: sent?.pages ?? [] };
}

function decodePart(input: unknown): string | null {
  return fieldsOf({ contentType: text, sizeBytes: unused } satisfies Decoders<Wire['SentPart']>, input)?.contentType ?? null;
}

export function decodeReceiptPage(input: unknown): ReceiptPage | null {
  const page = fieldsOf({
    receipts: (receipts) => (Array.isArray(receipts) ? listOf(decodeListedReceipt, receipts) : null),
    next: text,
    earned: (earned) => (Array.isArray(earned) ? listOf(decodeMoney, earned) : null),
  } satisfies Decoders<Wire['List']>, input);
  const receipts = page?.receipts ?? null;
  return page === null || receipts === null ? null : { ...page, receipts };
}

export function decodeUploaded(input: unknown): Uploaded | null {
  const decoders = { imageId: text, status: decodeStatus, version: wholeNumber } satisfies Decoders<Wire['Uploaded']>;
  const { imageId = null, status = null, version = null } = fieldsOf(decoders, input) ?? {};
  return imageId === null || version === null || status === null ? null : { imageId, version, status };
}

export function decodeProblem(input: unknown): Problem {
  const problem = fieldsOf({
    code: text,
    detail: text,
    type: unused,
    title: unused,
    status: unused,
    member: unused,
  } satisfies Decoders<Wire['Problem']>, input);
  return { code: problem?.code ?? null, detail: problem?.detail ?? null };
}

export function isFinal(frame: Frame): frame is FinalFrame {
  return !isWorking(frame.status);
}

export function isWorking(status: Status): status is WorkingStatus {
  return status === 'uploaded' || status === 'started' || status === 'text_detected';
}

function decodeListedReceipt(input: unknown): ListedReceipt | null {
  const receipt = fieldsOf({
    imageId: text,
    status: decodeStatus,
    version: wholeNumber,
    createdAt: text,
    summary: decodeSummary,
    contentType: unused,
    updatedAt: unused,
    reason: unused,
    detail: unused,
    tryAgain: unused,
  } satisfies Decoders<Wire['ListedReceipt']>, input);
  const { imageId = null, status = null, createdAt = null } = receipt ?? {};
  if (receipt === null || imageId === null || status === null || createdAt === null) return null;
  const { contested, ...summary } = receipt.summary;
  return { imageId, status, version: receipt.version ?? 0, createdAt, contested, summary };
}

function decodeSummary(input: unknown): Summary & { contested: boolean } {
  const summary = fieldsOf({
    merchant: text,
    date: text,
    total: text,
    currency: text,
    rebate: decodeMoney,
    corrected: yesOrNo,
    contested: yesOrNo,
  } satisfies Decoders<Wire['Summary']>, isRecord(input) ? input : {});
  return {
    merchant: null, date: null, total: null, currency: null, rebate: null,
    ...summary, corrected: summary?.corrected === true, contested: summary?.contested === true,
  };
}

function decodeCorrections(input: unknown): Corrections {
  return isRecord(input) ? pick(correctables, decodeCorrection, input) : {};
}

function decodeCorrection(input: unknown): string | null {
  const decoders = { value: text, at: unused } satisfies Decoders<Wire['Correction_String'] | Wire['Correction_Currency']>;
  return fieldsOf(decoders, input)?.value ?? null;
}

const decodeOutcome = oneOf({ accepted: true, rejected: true } satisfies Record<Wire['Outcome'], true>);

function decodeVerdict(input: unknown): Verdict | null {
  const verdict = fieldsOf({
    outcome: decodeOutcome,
    summary: text,
    rules: (rules) => listOf(decodeRule, rules),
    rebate: decodeRebate,
    noRebate: decodeNoRebate,
    itemSum: decodeItemSum,
  } satisfies Decoders<Wire['Verdict']>, input);
  const { outcome = null, summary = null } = verdict ?? {};
  return verdict === null || outcome === null || summary === null ? null : { ...verdict, outcome, summary };
}

const decodeNoRebate = oneOf({ not_signed_in: true } satisfies Record<Wire['NoRebate'], true>);

const decodeItemSumIs = oneOf({ fits: true, missing: true, too_much: true } satisfies Record<Wire['ItemSumIs'], true>);

function decodeItemSum(input: unknown): ItemSum | null {
  const decoders = { is: decodeItemSumIs, sum: decimal, difference: decimal } satisfies Decoders<Wire['ItemSum']>;
  const { is = null, sum = null, difference = null } = fieldsOf(decoders, input) ?? {};
  return is === null || sum === null ? null : { is, sum, difference };
}

function decodeRebate(input: unknown): Rebate | null {
  const rebate = fieldsOf({
    amount: decimal,
    currency: text,
    parts: (parts) => listOf(decodeRebatePart, parts),
  } satisfies Decoders<Wire['Rebate']>, input);
  const { amount = null, currency = null } = rebate ?? {};
  return rebate === null || amount === null || currency === null ? null : { amount, currency, parts: rebate.parts };
}

function decodeRebatePart(input: unknown): RebatePart | null {
  const decoders = { name: text, amount: decimal, item: wholeNumber } satisfies Decoders<Wire['RebatePart']>;
  const { name = null, amount = null, item = null } = fieldsOf(decoders, input) ?? {};
  return name === null || amount === null ? null : { name, amount, item };
}

function decodeMoney(input: unknown): Money | null {
  const decoders = { amount: decimal, currency: text } satisfies Decoders<Wire['Money']>;
  const { amount = null, currency = null } = fieldsOf(decoders, input) ?? {};
  return amount === null || currency === null ? null : { amount, currency };
}

const decodeRuleOutcome = oneOf({ passed: true, failed: true, not_checked: true } satisfies Record<RuleOutcome, true>);

/** Its code stays what it is: an unknown rule is shown in the server's words. */
function decodeRule(input: unknown): Rule | null {
  const rule = fieldsOf({
    code: text,
    outcome: decodeRuleOutcome,
    message: text,
    limit: wholeNumber,
    value: text,
    box: decodeBox,
    earlier: text,
  } satisfies Decoders<Wire['RuleResult']>, input);
  const { code = null, outcome = null, message = null } = rule ?? {};
  return rule === null || code === null || outcome === null || message === null ? null : { ...rule, code, outcome, message };
}
