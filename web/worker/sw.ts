// The service worker: the page itself where there is no network, and photos that other apps share with it.
// It caches nothing that the API answers: no receipt, no picture.

import { cleanupOutdatedCaches, getCacheKeyForURL, matchPrecache, precache, type PrecacheEntry } from 'workbox-precaching';

import { newKey } from '../src/shared/device/idempotency-key';
import { keep, sharedKey } from '../src/submit/photo-store';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] };

/** After so long without an answer, the cached page is shown. */
const timeoutMs = 3_000;
/** More at once is no sharing of receipts. */
const mostShared = 20;

precache(self.__WB_MANIFEST);
cleanupOutdatedCaches();

// The page that brought it is served from the cache from now on: its screens are loaded as they are needed, perhaps when the
// network has gone. A later version waits until no page is open, so that none is given another version's files.
self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()); });

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === 'POST' && pathname === '/share') event.respondWith(takeShared(request));
  else if (request.method !== 'GET') return;
  else if (request.mode === 'navigate') {
    if (pathname === '/' || pathname === '/insight' || pathname.startsWith('/r/')) event.respondWith(pageFor(request));
  } else if (getCacheKeyForURL(pathname) !== undefined) {
    event.respondWith(matchPrecache(pathname).then((kept) => kept ?? fetch(request)));
  }
});

/** The server's page, which is the newest and sets the session; the cached one where the server does not answer. */
async function pageFor(request: Request): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => { giveUp.abort(); }, timeoutMs);
  try {
    const answer = await fetch(request, { signal: giveUp.signal });
    if (answer.status < 500) return answer;
    return (await matchPrecache('/')) ?? answer;
  } catch (error) {
    const kept = await matchPrecache('/');
    if (kept === undefined) throw error;
    return kept;
  } finally {
    // A body that has begun to arrive may take longer.
    clearTimeout(timer);
  }
}

/** They wait at home until the person sends them: any web page could have posted them. */
async function takeShared(request: Request): Promise<Response> {
  const shared = (await request.formData()).getAll('photos').filter((part) => part instanceof File);
  for (const file of shared.slice(0, mostShared)) await keep({ key: sharedKey(newKey()), files: [file] });
  return Response.redirect('/', 303);
}
