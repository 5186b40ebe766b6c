// JSON from outside, looked at with care: each of these answers `null`, or leaves out, what is not of its kind.

/** `null` for text that is not JSON. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}

/** How each field of an object is decoded: all that the server's description names are there. */
export type Decoders<Wire> = Record<keyof Wire, (input: unknown) => unknown>;

/** For a field that the page does without. */
export function unused(): null {
  return null;
}

/** Each field by its decoder; `null` where `input` is no object. */
export function fieldsOf<Table extends Record<string, (input: unknown) => unknown>>(
  decoders: Table,
  input: unknown,
): { [Name in keyof Table]: ReturnType<Table[Name]> } | null;
export function fieldsOf(decoders: Record<string, (input: unknown) => unknown>, input: unknown): Record<string, unknown> | null {
  if (!isRecord(input)) return null;
  return Object.fromEntries(Object.entries(decoders).map(([name, decode]) => [name, decode(input[name])]));
}

/** The fields of these names that decode. */
export function pick<Name extends string, T>(
  names: readonly Name[],
  decode: (input: unknown) => T | null,
  input: Record<string, unknown>,
): Partial<Record<Name, T>> {
  const picked: Partial<Record<Name, T>> = {};
  for (const name of names) {
    const decoded = decode(input[name]);
    if (decoded !== null) picked[name] = decoded;
  }
  return picked;
}

/** A code that the page knows. */
export function oneOf<Name extends string>(known: Record<Name, true>): (input: unknown) => Name | null {
  const isKnown = (input: unknown): input is Name => typeof input === 'string' && Object.hasOwn(known, input);
  return (input) => (isKnown(input) ? input : null);
}

export function namesOf<Name extends string>(known: Record<Name, true>): Name[] {
  return Object.keys(known).flatMap((name) => oneOf(known)(name) ?? []);
}

/** An entry that does not fit is left out: one odd line must not hide the others. */
export function listOf<T>(decode: (input: unknown) => T | null, input: unknown): T[] {
  if (!Array.isArray(input)) return [];
  return input.flatMap((entry: unknown) => {
    const decoded = decode(entry);
    return decoded === null ? [] : [decoded];
  });
}

export function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

export function text(input: unknown): string | null {
  return typeof input === 'string' && input.trim() !== '' ? input : null;
}

export function decimal(input: unknown): string | null {
  return typeof input === 'string' && /^\d+(\.\d+)?$/.test(input) ? input : null;
}

export function yesOrNo(input: unknown): boolean | null {
  return typeof input === 'boolean' ? input : null;
}

export function wholeNumber(input: unknown): number | null {
  return typeof input === 'number' && Number.isSafeInteger(input) && input >= 0 ? input : null;
}

export function instant(input: unknown): number | null {
  const ms = typeof input === 'string' ? Date.parse(input) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Boxes may lie a hair outside of the picture. */
export function fraction(input: unknown): number | null {
  return typeof input === 'number' && Number.isFinite(input) ? Math.min(1, Math.max(0, input)) : null;
}
