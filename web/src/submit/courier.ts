// Sends what waits here, one photo after the other, while the person is at home.

import { useCallback, useEffect, useRef, useState } from 'react';

import { upload, type UploadProblem } from '../shared/api/upload';
import { canBePrepared, mustBePrepared } from '../shared/imaging/kinds';
import { makeThumbnail } from '../shared/imaging/thumbnail-jobs';
import { discard, hold, isShared, keep, type KeptPhoto, waitingPhotos } from './photo-store';

const againAfterMs = 5_000;

/** `asking`: they go when the person says so. `going`: how many are still to be sent. */
export type Waiting = { asking: KeptPhoto[]; going: number };
export type Courier = Waiting & { look: () => void; send: (photo: KeptPhoto) => void; drop: (photo: KeptPhoto) => void };

type Sent = { is: 'sent' } | { is: 'not sent'; problem: UploadProblem };

/** `fresh` are the keys of which no byte was sent yet; they are taken out of it before the first one goes. */
export function useCourier(atHome: boolean, fresh: Set<string>, onSent: () => void): Courier {
  const [waiting, setWaiting] = useState<Waiting>({ asking: [], going: 0 });
  const allowed = useRef(new Set<string>());
  const refused = useRef(new Set<string>());
  const told = useRef(onSent);
  const [round, setRound] = useState(0);
  const look = useCallback(() => {
    setRound((round) => round + 1);
  }, []);

  useEffect(() => {
    told.current = onSent;
  }, [onSent]);

  useEffect(() => {
    if (!atHome) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    const isLeft = () => signal.aborted;
    const asks = ({ key }: KeptPhoto) => refused.current.has(key) || (isShared(key) && !allowed.current.has(key));
    const sendAll = async () => {
      const photos = await waitingPhotos();
      if (isLeft()) return;
      const asking = photos.filter(asks);
      const going = photos.filter((photo) => !asks(photo));
      setWaiting({ asking, going: going.length });
      if (!navigator.onLine) return;
      for (const [index, photo] of going.entries()) {
        const ready = await madeReady(photo, fresh.has(photo.key));
        if (isLeft()) return;
        fresh.delete(photo.key);
        const sent = await sendOne(ready, signal);
        if (isLeft()) return;
        if (sent.is === 'not sent' && (sent.problem.is === 'no_network' || sent.problem.is === 'busy')) {
          const wait = Math.max(againAfterMs, 1000 * (sent.problem.is === 'busy' ? (sent.problem.retryAfterSeconds ?? 0) : 0));
          const timer = setTimeout(look, wait);
          signal.addEventListener('abort', () => { clearTimeout(timer); });
          return;
        }
        if (sent.is === 'not sent') {
          refused.current.add(photo.key);
          asking.push(photo);
        }
        setWaiting({ asking: [...asking], going: going.length - index - 1 });
        told.current();
      }
    };
    void sendAll();
    window.addEventListener('online', look, { signal });
    return () => {
      leaving.abort();
    };
  }, [atHome, fresh, round, look]);

  return {
    ...waiting,
    look,
    send: ({ key }) => {
      allowed.current.add(key);
      refused.current.delete(key);
      look();
    },
    drop: ({ key }) => {
      void discard(key).then(look);
    },
  };
}

async function sendOne(photo: KeptPhoto, signal: AbortSignal): Promise<Sent> {
  const release = hold(photo.key);
  try {
    const sent = await new Promise<Sent>((resolve) => {
      const stop = upload(photo.file, photo.key, {
        onProgress: () => undefined,
        onUploaded: (imageId) => {
          makeThumbnail(imageId, photo.file);
          resolve({ is: 'sent' });
        },
        onProblem: (problem) => { resolve({ is: 'not sent', problem }); },
      });
      signal.addEventListener('abort', () => {
        stop();
        resolve({ is: 'not sent', problem: { is: 'no_network' } });
      });
    });
    if (sent.is === 'sent') await discard(photo.key);
    return sent;
  } finally {
    release();
  }
}

/** Kept as it will be sent: a second try under one key must send the same bytes. */
async function madeReady(photo: KeptPhoto, isFresh: boolean): Promise<KeptPhoto> {
  const { key, file } = photo;
  if (!(isFresh ? canBePrepared(file) : mustBePrepared(file))) return photo;
  try {
    const { prepareImage } = await import('../shared/imaging/prepare-image');
    const ready = await prepareImage(file);
    if (ready.is === 'heic' || ready.file === file) return photo;
    await keep({ key, file: ready.file });
    return { key, file: ready.file };
  } catch {
    return photo;
  }
}
