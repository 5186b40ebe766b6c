// The photo on top, and below it what is happening to it or what came out.

import { Suspense, useState, type ReactNode } from 'react';

import { type Frame, isFinal } from '../shared/api/decode';
import type { Files } from '../shared/device/file-store';
import { checkThumbnail } from '../shared/imaging/thumbnail-jobs';
import { Header } from '../shared/ui/header';
import { PhotoFrame } from '../shared/ui/photo-frame';
import type { LocalPhoto } from '../submit/photo';
import { Submission } from '../submit/submission';
import type { Phase } from '../submit/upload-queue';
import { Opening, Progress } from '../track/progress';
import { outcomeCode, Pager } from './lazy';
import { type Shown, sourcesOf } from './pages';

type Props = {
  state: Shown;
  /** Of a photo that the server does not have yet. */
  phase: Phase | null;
  onPick: (file: File) => void;
  /** To where the parts of a receipt are put together, with these. */
  onParts: (files: Files | null) => void;
  onSendNow: () => void;
  onTryAgain: (photo: LocalPhoto) => void;
  onFrame: (frame: Frame) => void;
  onOpen: (imageId: string) => void;
  onHome: () => void;
};

export function PhotoScreen(props: Props): ReactNode {
  const { state, phase, onPick, onParts, onSendNow, onTryAgain, onFrame, onOpen, onHome } = props;
  const { photo } = state;
  const [chosen, setChosen] = useState<string | null>();
  /** The page that the person turned to, until something on another page is lit. */
  const [turnedTo, turnTo] = useState<number | null>(null);
  const [undrawn, setUndrawn] = useState<readonly string[]>([]);
  const code = outcomeCode();
  const spots = code !== null && state.at === 'receipt' && state.frame !== null ? code.spotsOf(state.frame) : [];
  // Until the person chose for themselves, what stood in the way is lit.
  const lit = chosen === undefined ? (spots.find(({ tone }) => tone === 'help')?.key ?? null) : chosen;
  const pageOf = (key: string | null) => spots.find((spot) => spot.key === key)?.box.page ?? null;
  const sources = sourcesOf(state, undrawn);
  const page = Math.min(turnedTo ?? pageOf(lit) ?? 1, sources.length);
  const light = (key: string | null) => {
    setChosen(key);
    turnTo(pageOf(key) ?? page);
  };

  return (
    <main
      className="photo-screen"
      onKeyDown={(event) => {
        if (event.key === 'Escape') light(null);
      }}
    >
      <Header onHome={onHome} />
      <PhotoFrame
        source={sources[page - 1] ?? null}
        mood={moodOf(state, phase)}
        spots={spots.filter(({ box }) => box.page === page)}
        lit={lit}
        onLight={light}
        onGone={(source) => {
          setUndrawn((before) => [...before, source]);
          if (state.at === 'receipt') checkThumbnail(state.imageId);
        }}
      >
        {sources.length > 1 && (
          <Suspense>
            <Pager page={page} pages={sources.length} onTurn={turnTo} />
          </Suspense>
        )}
      </PhotoFrame>
      <div className="panel">{panel()}</div>
    </main>
  );

  function panel(): ReactNode {
    if (state.at === 'submitting') {
      if (phase === null) return null;
      return <Submission phase={phase} onPick={onPick} onAddPart={() => { onParts(state.photo.files); }} onSendNow={onSendNow} />;
    }
    const { frame, link } = state;
    if (frame === null) return <Opening link={link} />;
    if (!isFinal(frame)) return <Progress frame={frame} link={link} />;
    if (code === null) return <Opening link={link} />;
    return (
      <code.Outcome
        frame={frame}
        lit={lit}
        onLight={light}
        onFrame={onFrame}
        onPick={onPick}
        parts={photo?.files.length ?? 0}
        onParts={() => { onParts(photo?.files ?? null); }}
        onTryAgain={photo === null ? null : () => { onTryAgain(photo); }}
        onOpen={onOpen}
        onHome={onHome}
      />
    );
  }
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
