// The browser's locks as two tabs share them: a name is held by one request, and the others wait in line.

import { vi } from 'vitest';

type During = (lock: object | null) => Promise<void>;

export type FakeLocks = {
  held: () => string[];
  /** Another tab takes the lock, if it is free; the returned function gives it back. */
  takenElsewhere: (name: string) => () => void;
};

export function fakeLocks(): FakeLocks {
  const lines = new Map<string, Promise<void>[]>();

  const hold = async (name: string, during: () => Promise<void>, signal?: AbortSignal): Promise<void> => {
    const line = lines.get(name) ?? [];
    let leave: () => void = () => undefined;
    const place = new Promise<void>((resolve) => { leave = resolve; });
    const ahead = line.at(-1);
    lines.set(name, [...line, place]);
    try {
      if (ahead !== undefined) {
        await Promise.race([ahead, new Promise((resolve) => { signal?.addEventListener('abort', resolve); })]);
        if (signal?.aborted === true) throw new DOMException('it was taken back', 'AbortError');
      }
      await during();
    } finally {
      lines.set(name, (lines.get(name) ?? []).filter((other) => other !== place));
      leave();
    }
  };
  const isHeld = (name: string) => (lines.get(name)?.length ?? 0) > 0;
  const request = async (name: string, { ifAvailable = false, signal }: LockOptions, during: During) => {
    if (ifAvailable && isHeld(name)) await during(null);
    else await hold(name, () => during({ name }), signal);
  };
  const held = () => [...lines.keys()].filter(isHeld);
  const query = () => Promise.resolve({ held: held().map((name) => ({ name })) });
  vi.stubGlobal('navigator', { onLine: true, locks: { query, request } });

  return {
    held,
    takenElsewhere: (name) => {
      let giveBack: () => void = () => undefined;
      const over = new Promise<void>((resolve) => { giveBack = resolve; });
      void hold(name, () => over);
      return giveBack;
    },
  };
}
