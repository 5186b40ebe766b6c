// Files that this device keeps in the browser's databases, each under a key. Every call answers `null` where the browser keeps
// nothing (private windows, no room).

export type FileStore = {
  put: (key: string, file: File) => Promise<'kept' | null>;
  get: (key: string) => Promise<File | null>;
  delete: (key: string) => Promise<void>;
  /** In ascending order. */
  keys: () => Promise<string[] | null>;
  all: () => Promise<File[] | null>;
};

/** Each store has a database of its own, so that a new store does not wait for tabs that hold an older database open. */
export function fileStore(database: string, store: string): FileStore {
  const run = <T>(mode: IDBTransactionMode, request: (files: IDBObjectStore) => IDBRequest<T>) =>
    runIn({ database, store }, mode, request);
  return {
    put: async (key, file) => ((await run('readwrite', (files) => files.put(file, key))) === null ? null : 'kept'),
    get: async (key) => {
      const file: unknown = await run('readonly', (files): IDBRequest<unknown> => files.get(key));
      return file instanceof File ? file : null;
    },
    delete: async (key) => {
      await run('readwrite', (files) => files.delete(key));
    },
    keys: async () => (await run('readonly', (files) => files.getAllKeys()))?.filter((key) => typeof key === 'string') ?? null,
    all: async () => {
      const files = await run('readonly', (files): IDBRequest<unknown[]> => files.getAll());
      return files?.filter((file) => file instanceof File) ?? null;
    },
  };
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
