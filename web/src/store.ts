// What this device keeps, in the browser's databases.

/** Each in a database of its own, so that a new one does not wait for tabs that hold an older one. */
export type Place = { database: string; store: string };

/** What the request found, or `null` where the browser keeps nothing. */
export async function inStore<T>(place: Place, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
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
