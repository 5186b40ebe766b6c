// The photo on top, and below it what is happening to it or what came out.

import { useState, type ReactNode } from 'react';

import { type Frame, isFinal } from '../shared/api/decode';
import { pictureAddress } from '../shared/api/receipts';
import { isDrawable } from '../shared/imaging/kinds';
import { checkThumbnail } from '../shared/imaging/thumbnail-jobs';
import { Header } from '../shared/ui/header';
import { PhotoFrame } from '../shared/ui/photo-frame';
import type { LocalPhoto } from '../submit/photo';
import { Submission } from '../submit/submission';
import type { Phase } from '../submit/upload-queue';
import { Opening, Progress } from '../track/progress';
import { outcomeCode } from './lazy';
import type { State } from './state';

type Shown = Extract<State, { photo: LocalPhoto | null }>;
type Props = {
  state: Shown;
  /** Of a photo that the server does not have yet. */
  phase: Phase | null;
  onPick: (file: File) => void;
  onSendNow: () => void;
  onTryAgain: (photo: LocalPhoto) => void;
  onFrame: (frame: Frame) => void;
  onOpen: (imageId: string) => void;
  onHome: () => void;
};

export function PhotoScreen(props: Props): ReactNode {
  const { state, phase, onPick, onSendNow, onTryAgain, onFrame, onOpen, onHome } = props;
  const [chosen, setChosen] = useState<string | null>();
  const code = outcomeCode();
  const spots = code !== null && state.at === 'receipt' && state.frame !== null ? code.spotsOf(state.frame) : [];
  // Until the person chose for themselves, what stood in the way is lit.
  const lit = chosen === undefined ? (spots.find(({ tone }) => tone === 'help')?.key ?? null) : chosen;

  return (
    <main
      className="photo-screen"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setChosen(null);
      }}
    >
      <Header onHome={onHome} />
      <PhotoFrame
        source={sourceOf(state)}
        mood={moodOf(state, phase)}
        spots={spots}
        lit={lit}
        onLight={setChosen}
        onGone={() => {
          if (state.at === 'receipt') checkThumbnail(state.imageId);
        }}
      />
      <div className="panel">{panel()}</div>
    </main>
  );

  function panel(): ReactNode {
    if (state.at === 'submitting') {
      return phase === null ? null : <Submission phase={phase} onPick={onPick} onSendNow={onSendNow} />;
    }
    const { frame, link, photo } = state;
    if (frame === null) return <Opening link={link} />;
    if (!isFinal(frame)) return <Progress frame={frame} link={link} />;
    if (code === null) return <Opening link={link} />;
    return (
      <code.Outcome
        frame={frame}
        lit={lit}
        onLight={setChosen}
        onFrame={onFrame}
        onPick={onPick}
        onTryAgain={photo === null ? null : () => { onTryAgain(photo); }}
        onOpen={onOpen}
        onHome={onHome}
      />
    );
  }
}

/** The person's own photo where we have it, else the server's copy; `null` once we know that it cannot be drawn. */
function sourceOf(state: Shown): string | null {
  if (state.photo !== null) return isDrawable(state.photo.file.type) ? state.photo.address : null;
  return state.at === 'receipt' && isDrawable(state.contentType) ? pictureAddress(state.imageId) : null;
}

function moodOf(state: Shown, phase: Phase | null): 'waiting' | 'reading' | 'still' {
  if (state.at === 'submitting') return phase?.is === 'doubtful' ? 'still' : 'waiting';
  // Most receipts that are opened have ended.
  if (state.frame === null) return 'still';
  switch (state.frame.status) {
    case 'uploaded':
      return 'waiting';
    case 'started':
    case 'text_detected':
      return 'reading';
    case 'accepted':
    case 'rejected':
    case 'failed':
      return 'still';
  }
}
