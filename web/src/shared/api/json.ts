// JSON from outside, looked at with care: each of these answers `null`, or leaves out, what is not of its kind.

/** `null` for text that is not JSON. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}

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

/** An entry that does not fit is left out: one odd line must not markRemoved the others. */
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
