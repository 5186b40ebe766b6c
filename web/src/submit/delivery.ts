// One photo's way to the server: prepared where that is asked for, then sent, with each step reported.

import { upload, type UploadProblem } from '../shared/api/upload';
import type { Hint } from '../shared/imaging/inspect';
import { keep, type KeptPhoto } from './photo-store';

export type Step =
  | { is: 'preparing' }
  /** It may be hard to read; it goes no further. */
  | { is: 'doubtful'; hints: Hint[] }
  /** `share` of the bytes, from 0 to 1. */
  | { is: 'sending'; share: number }
  | { is: 'unsent'; problem: UploadProblem }
  | { is: 'sent'; imageId: string };

/** `stop if doubtful`: where the photo is on the screen, so that the person can be asked. */
export type Preparing = 'none' | 'stop if doubtful' | 'always send';

/**
 * Reports each step with the photo as it is then; the last one is `doubtful`, `unsent` or `sent`. After `signal` nothing more is
 * reported. Without preparing, the first byte goes before this function returns.
 */
export function deliver(
  photo: KeptPhoto,
  preparing: Preparing,
  onStep: (step: Step, photo: KeptPhoto) => void,
  signal: AbortSignal,
): void {
  if (preparing === 'none') send(photo, onStep, signal);
  else void prepare(photo, preparing, onStep, signal);
}

async function prepare(
  { key, file }: KeptPhoto,
  preparing: Exclude<Preparing, 'none'>,
  onStep: (step: Step, photo: KeptPhoto) => void,
  signal: AbortSignal,
): Promise<void> {
  onStep({ is: 'preparing' }, { key, file });
  const ready = await import('../shared/imaging/prepare-image')
    .then(({ prepareImage }) => prepareImage(file))
    .catch(() => ({ is: 'ready' as const, file, hints: [] }));
  if (isAborted(signal)) return;
  if (ready.is === 'heic') {
    onStep({ is: 'unsent', problem: { is: 'heic' } }, { key, file });
    return;
  }
  const prepared = { key, file: ready.file };
  // Before the first byte goes: a second try under one key must send the same bytes.
  if (ready.file !== file) await keep(prepared);
  if (isAborted(signal)) return;
  if (preparing === 'stop if doubtful' && ready.hints.length > 0) onStep({ is: 'doubtful', hints: ready.hints }, prepared);
  else send(prepared, onStep, signal);
}

/** A function, because the compiler holds `signal.aborted` for unchanged after its first check. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function send(photo: KeptPhoto, onStep: (step: Step, photo: KeptPhoto) => void, signal: AbortSignal): void {
  onStep({ is: 'sending', share: 0 }, photo);
  const end = (step: Step) => {
    signal.removeEventListener('abort', stop);
    onStep(step, photo);
  };
  const stop = upload(photo.file, photo.key, {
    onProgress: (share) => { onStep({ is: 'sending', share }, photo); },
    onUploaded: (imageId) => { end({ is: 'sent', imageId }); },
    onProblem: (problem) => { end({ is: 'unsent', problem }); },
  });
  signal.addEventListener('abort', stop);
}
