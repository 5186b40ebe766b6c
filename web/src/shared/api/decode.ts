// What the server says, checked: `unknown` in, one of our types out, or `null` where it does not fit.

import { decimal, instant, isRecord, listOf, pick, text, wholeNumber, yesOrNo } from './json';
import { type Box, decodeBox, decodeReceipt, type Receipt } from './receipt-decoder';

export type RuleOutcome = 'passed' | 'failed' | 'not_checked';
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
export type Verdict = { outcome: 'accepted' | 'rejected'; summary: string; rules: Rule[]; rebate: Rebate | null };

/** What a person may set right. The values are of the machine's form: an ISO day, a decimal, an ISO 4217 code. */
export const correctables = ['merchant', 'date', 'total', 'currency'] as const;
export type Correctable = (typeof correctables)[number];
export type Corrections = Partial<Record<Correctable, string>>;

export type WorkingStatus = 'uploaded' | 'started' | 'text_detected';
export type Status = WorkingStatus | 'accepted' | 'rejected' | 'failed';

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

export type Uploaded = { imageId: string; status: Status; version: number };
export type Problem = { code: string | null; detail: string | null };

export function decodeFrame(input: unknown): Frame | null {
  if (!isRecord(input)) return null;
  const imageId = text(input['imageId']);
  const version = wholeNumber(input['version']);
  const status = decodeStatus(input['status']);
  if (imageId === null || version === null || status === null) return null;
  const at = instant(input['at']);
  switch (status) {
    case 'uploaded':
    case 'started':
    case 'text_detected':
      return { imageId, version, at, status, ...whyOf(input) };
    case 'accepted':
    case 'rejected':
      return {
        imageId,
        version,
        at,
        status,
        receipt: decodeReceipt(input['receipt']),
        verdict: decodeVerdict(input['verdict']),
        corrections: isRecord(input['corrections']) ? pick(correctables, decodeCorrection, input['corrections']) : {},
        contested: text(input['contestedAt']) !== null,
      };
    case 'failed':
      return { imageId, version, at, status, ...whyOf(input), tryAgain: yesOrNo(input['tryAgain']) };
  }
}

export function decodeContentType(input: unknown): string | null {
  return isRecord(input) ? text(input['contentType']) : null;
}

export function decodeReceiptPage(input: unknown): ReceiptPage | null {
  if (!isRecord(input) || !Array.isArray(input['receipts'])) return null;
  return {
    receipts: listOf(decodeListedReceipt, input['receipts']),
    next: text(input['next']),
    earned: Array.isArray(input['earned']) ? listOf(decodeMoney, input['earned']) : null,
  };
}

export function decodeUploaded(input: unknown): Uploaded | null {
  if (!isRecord(input)) return null;
  const imageId = text(input['imageId']);
  const version = wholeNumber(input['version']);
  const status = decodeStatus(input['status']);
  return imageId === null || version === null || status === null ? null : { imageId, version, status };
}

export function decodeProblem(input: unknown): Problem {
  return isRecord(input)
    ? { code: text(input['code']), detail: text(input['detail']) }
    : { code: null, detail: null };
}

export function isFinal(frame: Frame): frame is FinalFrame {
  return !isWorking(frame.status);
}

export function isWorking(status: Status): status is WorkingStatus {
  return status === 'uploaded' || status === 'started' || status === 'text_detected';
}

function whyOf(input: Record<string, unknown>): Why {
  return { reason: text(input['reason']), detail: text(input['detail']) };
}

function decodeListedReceipt(input: unknown): ListedReceipt | null {
  if (!isRecord(input)) return null;
  const imageId = text(input['imageId']);
  const status = decodeStatus(input['status']);
  const createdAt = text(input['createdAt']);
  if (imageId === null || status === null || createdAt === null) return null;
  const summary = isRecord(input['summary']) ? input['summary'] : {};
  return {
    imageId,
    status,
    version: wholeNumber(input['version']) ?? 0,
    createdAt,
    contested: input['contested'] === true || summary['contested'] === true,
    summary: {
      merchant: text(summary['merchant']),
      date: text(summary['date']),
      total: text(summary['total']),
      currency: text(summary['currency']),
      rebate: decodeMoney(summary['rebate']),
      corrected: summary['corrected'] === true,
    },
  };
}

function decodeStatus(input: unknown): Status | null {
  switch (input) {
    case 'uploaded':
    case 'started':
    case 'text_detected':
    case 'accepted':
    case 'rejected':
    case 'failed':
      return input;
    default:
      return null;
  }
}

function decodeCorrection(input: unknown): string | null {
  return isRecord(input) ? text(input['value']) : null;
}

function decodeVerdict(input: unknown): Verdict | null {
  if (!isRecord(input)) return null;
  const { outcome } = input;
  const summary = text(input['summary']);
  if ((outcome !== 'accepted' && outcome !== 'rejected') || summary === null) return null;
  return { outcome, summary, rules: listOf(decodeRule, input['rules']), rebate: decodeRebate(input['rebate']) };
}

function decodeRebate(input: unknown): Rebate | null {
  const money = decodeMoney(input);
  return money === null || !isRecord(input) ? null : { ...money, parts: listOf(decodeRebatePart, input['parts']) };
}

function decodeRebatePart(input: unknown): RebatePart | null {
  if (!isRecord(input)) return null;
  const name = text(input['name']);
  const amount = decimal(input['amount']);
  return name === null || amount === null ? null : { name, amount, item: wholeNumber(input['item']) };
}

function decodeMoney(input: unknown): Money | null {
  if (!isRecord(input)) return null;
  const amount = decimal(input['amount']);
  const currency = text(input['currency']);
  return amount === null || currency === null ? null : { amount, currency };
}

function decodeRule(input: unknown): Rule | null {
  if (!isRecord(input)) return null;
  const { outcome } = input;
  const code = text(input['code']);
  const message = text(input['message']);
  if (code === null || message === null) return null;
  if (outcome !== 'passed' && outcome !== 'failed' && outcome !== 'not_checked') return null;
  return {
    code,
    outcome,
    message,
    limit: wholeNumber(input['limit']),
    value: text(input['value']),
    box: decodeBox(input['box']),
    earlier: text(input['earlier']),
  };
}
