// One receipt's way to the server: its photos prepared where that is asked for, then sent, with each step reported.

import { upload, type UploadProblem } from '../shared/api/upload';
import { someOf } from '../shared/device/file-store';
import type { Hint } from '../shared/imaging/inspect';
import type { Ready } from '../shared/imaging/prepare-image';
import { loadDoubtful } from './doubtful-code';
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
  { key, files }: KeptPhoto,
  preparing: Exclude<Preparing, 'none'>,
  onStep: (step: Step, photo: KeptPhoto) => void,
  signal: AbortSignal,
): Promise<void> {
  onStep({ is: 'preparing' }, { key, files });
  const canAsk = preparing === 'stop if doubtful' ? loadDoubtful() : false;
  const ready: Ready[] = [];
  // One after the other: a phone has not the memory to draw six at once.
  for (const file of files) {
    ready.push(await import('../shared/imaging/prepare-image')
      .then(({ prepareImage }) => prepareImage(file))
      .catch(() => ({ file, hints: [] })));
    if (isAborted(signal)) return;
  }
  const prepared = { key, files: someOf(ready.map(({ file }) => file)) ?? files };
  // Before the first byte goes: a second try under one key must send the same bytes.
  if (prepared.files.some((file, index) => file !== files[index])) await keep(prepared);
  const [{ hints } = { hints: [] }, ...others] = ready;
  // A part of a receipt is cut off, and where there are several, each was looked at when it was added.
  const isDoubtful = hints.length > 0 && others.length === 0 && (await canAsk);
  if (isAborted(signal)) return;
  if (isDoubtful) onStep({ is: 'doubtful', hints }, prepared);
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
  const stop = upload(photo.files, photo.key, {
    onProgress: (share) => { onStep({ is: 'sending', share }, photo); },
    onUploaded: (imageId) => { end({ is: 'sent', imageId }); },
    onProblem: (problem) => { end({ is: 'unsent', problem }); },
  });
  signal.addEventListener('abort', stop);
}
