// The one place where state, address bar and screens meet.

import { Suspense, useEffect, useReducer, useRef, type ReactNode } from 'react';

import { isFinal, isWorking } from '../shared/api/decode';
import { newKey } from '../shared/device/idempotency-key';
import { useRemovedIds } from '../shared/device/removed-ids';
import { texts } from '../shared/i18n/language';
import { Header } from '../shared/ui/header';
import { type Route, routeOf, takeTop, visit } from '../shared/ui/route';
import { type LocalPhoto, localPhoto, withNewKey } from '../submit/photo';
import type { Phase } from '../submit/upload-queue';
import { useUploadQueue } from '../submit/use-upload-queue';
import { useFeed } from '../track/use-feed';
import { Home } from './home';
import { Insight, loadOutcome, outcomeCode, Removed } from './lazy';
import { Missing } from './missing';
import { PhotoScreen } from './photo-screen';
import { useReceiptList } from './receipt-list';
import { reduce, type State, stateOf } from './state';

export function App(): ReactNode {
  const [state, dispatch] = useReducer(reduce, null, () => stateOf(routeOf(location)));
  const list = useReceiptList(state.at === 'home');
  const removedIds = useRemovedIds();
  const { queue, state: uploads } = useUploadQueue(state.at === 'submitting' ? state.photo : null, state.at === 'home', {
    onShownSent: ({ key, file }, imageId) => {
      visit({ to: 'receipt', imageId }, 'replace');
      dispatch({ type: 'uploaded', key, file, imageId });
    },
    onWaitingSettled: list.look,
  });
  const phase = state.at === 'submitting' ? queue.phaseOf(state.photo) : null;

  const go = (route: Route) => {
    visit(route, 'push');
    dispatch({ type: 'visited', route });
  };
  const open = (imageId: string) => {
    go({ to: 'receipt', imageId });
  };
  const goHome = () => {
    go({ to: 'home' });
  };
  const submit = (photo: LocalPhoto, as: 'taken' | 'prepared') => {
    void queue.add([photo], as);
    visit({ to: 'sending' }, state.at === 'submitting' ? 'replace' : 'push');
    if (state.at === 'submitting') queue.discard(state.photo);
    dispatch({ type: 'picked', photo });
  };
  const pick = (file: File) => {
    submit(localPhoto(file), 'taken');
  };
  const pickSeveral = (files: File[]) => {
    void queue.add(files.map((file) => ({ key: newKey(), file })), 'taken');
  };

  useEffect(() => {
    const onPopState = () => {
      dispatch({ type: 'visited', route: routeOf(location) });
    };
    window.addEventListener('popstate', onPopState);
    return () => {
      window.removeEventListener('popstate', onPopState);
    };
  }, []);

  useEffect(() => {
    if (state.at !== 'recovering') return undefined;
    let left = false;
    void queue.waitingPhoto().then((kept) => {
      if (left) return;
      if (kept === null) {
        visit({ to: 'home' }, 'replace');
        dispatch({ type: 'visited', route: { to: 'home' } });
      } else {
        dispatch({ type: 'picked', photo: localPhoto(kept.file, kept.key) });
      }
    });
    return () => {
      left = true;
    };
  }, [state.at, queue]);

  const address = 'photo' in state ? state.photo?.address : undefined;
  useEffect(() => {
    if (address === undefined) return undefined;
    return () => {
      URL.revokeObjectURL(address);
    };
  }, [address]);

  const imageId = state.at === 'receipt' ? state.imageId : null;
  useEffect(() => {
    if (imageId !== null) void loadOutcome();
  }, [imageId]);
  // The reading of a photo that was just sent cannot have ended; that of any other receipt may have.
  useFeed(imageId, state.at === 'receipt' && state.photo === null, {
    onFrame: (frame) => {
      const show = () => {
        dispatch({ type: 'frame', frame });
      };
      if (isFinal(frame) && outcomeCode() === null) void loadOutcome().then(show);
      else show();
    },
    onFound: ({ contentType }) => {
      dispatch({ type: 'content type', contentType });
    },
    onLink: (link) => {
      dispatch({ type: 'link', link });
    },
    onMissing: () => {
      dispatch({ type: 'missing' });
    },
  });

  const screen = screenName(state, phase);
  const shown = useRef(screen);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const heading = page.current?.querySelector('h1');
    const name = heading?.textContent ?? texts.name;
    document.title = screen === 'home' ? texts.name : texts.title(name);
    if (shown.current === screen) return;
    // Insight cannot be scrolled to its earlier place before all of it is loaded.
    if (screen === 'home') window.scrollTo(0, takeTop());
    else if (shown.current === 'home' || screen === 'insight' || screen === 'working') window.scrollTo(0, 0);
    shown.current = screen;
    heading?.focus({ preventScroll: true });
  }, [screen]);

  return (
    <div className="page" ref={page}>
      {removedIds.size > 0 && (
        <Suspense>
          <Removed />
        </Suspense>
      )}
      {state.at === 'home' && (
        <Home
          list={list}
          onPick={pick}
          onPickSeveral={pickSeveral}
          queue={queue}
          waiting={uploads.waiting}
          onOpen={open}
          onInsight={() => {
            go({ to: 'insight' });
          }}
        />
      )}
      {'photo' in state && (
        <PhotoScreen
          key={state.photo?.key ?? (state.at === 'receipt' ? state.imageId : '')}
          state={state}
          phase={phase}
          onPick={pick}
          onSendNow={queue.sendShownNow}
          onTryAgain={(again) => {
            submit(withNewKey(again), 'prepared');
          }}
          onFrame={(frame) => {
            dispatch({ type: 'frame', frame });
          }}
          onOpen={open}
          onHome={goHome}
        />
      )}
      {state.at === 'insight' && (
        <main className="insight">
          <Header onHome={goHome} />
          <h1 tabIndex={-1}>{texts.home.insight}</h1>
          <Suspense fallback={<p className="aside">{texts.home.loading}</p>}>
            <Insight onOpen={open} onPick={pick} />
          </Suspense>
        </main>
      )}
      {state.at === 'missing' && <Missing onHome={goHome} />}
    </div>
  );
}

/** Each screen that is announced, and begins at its top, has a name of its own. */
function screenName(state: State, phase: Phase | null): string {
  switch (state.at) {
    case 'home':
    case 'insight':
    case 'missing':
      return state.at;
    case 'recovering':
      return 'working';
    case 'submitting':
      return phase?.is === 'doubtful' || phase?.is === 'unsent' ? phase.is : 'working';
    case 'receipt':
      return state.frame === null || isWorking(state.frame.status) ? 'working' : state.frame.status;
  }
}
