// Files that this device keeps in the browser's databases, one or several under a key. Every call answers `null` where the browser
// keeps nothing (private windows, no room).

/** One or more. */
export type Files = readonly [File, ...File[]];

export type FileStore = {
  put: (key: string, files: Files) => Promise<'kept' | null>;
  get: (key: string) => Promise<Files | null>;
  delete: (key: string) => Promise<void>;
  /** In ascending order. */
  keys: () => Promise<string[] | null>;
  /** The first one under each key. */
  all: () => Promise<File[] | null>;
};

/** Each store has a database of its own, so that a new store does not wait for tabs that hold an older database open. */
export function fileStore(database: string, store: string): FileStore {
  const run = <T>(mode: IDBTransactionMode, request: (files: IDBObjectStore) => IDBRequest<T>) =>
    runIn({ database, store }, mode, request);
  return {
    put: async (key, files) => {
      const kept = files.length === 1 ? files[0] : files;
      return (await run('readwrite', (store) => store.put(kept, key))) === null ? null : 'kept';
    },
    get: async (key) => filesIn(await run('readonly', (store): IDBRequest<unknown> => store.get(key))),
    delete: async (key) => {
      await run('readwrite', (files) => files.delete(key));
    },
    keys: async () => (await run('readonly', (files) => files.getAllKeys()))?.filter((key) => typeof key === 'string') ?? null,
    all: async () => {
      const kept = await run('readonly', (store): IDBRequest<unknown[]> => store.getAll());
      return kept?.flatMap((each) => filesIn(each)?.[0] ?? []) ?? null;
    },
  };
}

/** The same files, where there are any. */
export function someOf([first, ...others]: readonly File[]): Files | null {
  return first === undefined ? null : [first, ...others];
}

function filesIn(kept: unknown): Files | null {
  const all: unknown[] = Array.isArray(kept) ? kept : [kept];
  return someOf(all.filter((each) => each instanceof File));
}

type Place = { database: string; store: string };

/** What the request found, once its transaction is through. */
async function runIn<T>(place: Place, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  if (!('indexedDB' in globalThis)) return null;
  try {
    const opened = await openDatabase(place);
    try {
      const transaction = opened.transaction(place.store, mode);
      const request = ask(transaction.objectStore(place.store));
      return await new Promise<T>((resolve, reject) => {
        transaction.oncomplete = () => { resolve(request.result); };
        transaction.onabort = () => { reject(transaction.error ?? new Error('the browser gave up the transaction')); };
      });
    } finally {
      opened.close();
    }
  } catch {
    return null;
  }
}

function openDatabase({ database, store }: Place): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(store); };
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(request.error ?? new Error('the browser keeps nothing')); };
    request.onblocked = () => { reject(new Error('another tab holds the database')); };
  });
}
