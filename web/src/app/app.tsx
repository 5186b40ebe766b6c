// The one place where state, address bar and screens meet.

import { Suspense, useEffect, useReducer, useRef, type ReactNode } from 'react';

import { isFinal, isWorking } from '../shared/api/decode';
import { fetchReceipt } from '../shared/api/receipts';
import { type Files, someOf } from '../shared/device/file-store';
import { newKey } from '../shared/device/idempotency-key';
import { useRemovedIds } from '../shared/device/removed-ids';
import { texts } from '../shared/i18n/language';
import { Header } from '../shared/ui/header';
import { type Route, routeOf, takeTop, visit } from '../shared/ui/route';
import { type LocalPhoto, localPhoto, withNewKey } from '../submit/photo';
import type { Phase } from '../submit/upload-queue';
import { useUploadQueue } from '../submit/use-upload-queue';
import { loadFeed } from '../track/follow';
import { useFeed } from '../track/use-feed';
import { Home } from './home';
import { Insight, loadOutcome, outcomeCode, PartsScreen, Removed } from './lazy';
import { Missing } from './missing';
import { arePagesUnknown } from './pages';
import { PhotoScreen } from './photo-screen';
import { useReceiptList } from './receipt-list';
import { reduce, type State, stateOf } from './state';

/** Of one receipt. */
const mostParts = 6;

export function App(): ReactNode {
  const [state, dispatch] = useReducer(reduce, null, () => stateOf(routeOf(location)));
  const list = useReceiptList(state.at === 'home');
  const removedIds = useRemovedIds();
  const { queue, state: uploads } = useUploadQueue(state.at === 'submitting' ? state.photo : null, state.at === 'home', {
    onShownSent: ({ key, files }, imageId) => {
      visit({ to: 'receipt', imageId }, 'replace');
      dispatch({ type: 'uploaded', key, files, imageId });
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
    const isKept = queue.add([photo], as);
    visit({ to: 'sending' }, state.at === 'submitting' || state.at === 'parts' ? 'replace' : 'push');
    if (state.at === 'submitting') queue.discard(state.photo);
    dispatch({ type: 'picked', photo });
    return isKept;
  };
  const pick = (file: File) => {
    void submit(localPhoto([file]), 'taken');
  };
  const sendEach = (files: readonly File[]) => queue.add(files.map((file) => ({ key: newKey(), files: [file] })), 'taken');
  const openParts = (given: Files | null, ask: boolean) => {
    visit({ to: 'parts' }, state.at === 'submitting' ? 'replace' : 'push');
    if (state.at === 'submitting') queue.discard(state.photo);
    dispatch({ type: 'parts', given, ask });
  };
  const pickSeveral = (files: readonly File[]) => {
    if (files.length > mostParts) void sendEach(files);
    else openParts(someOf(files), true);
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
        dispatch({ type: 'picked', photo: localPhoto(kept.files, kept.key) });
      }
    });
    return () => {
      left = true;
    };
  }, [state.at, queue]);

  const addresses = 'photo' in state ? state.photo?.addresses : undefined;
  useEffect(() => () => {
    addresses?.forEach((address) => { URL.revokeObjectURL(address); });
  }, [addresses]);

  const isSending = state.at === 'submitting';
  useEffect(() => {
    if (isSending) void loadFeed();
  }, [isSending]);

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
    onFound: ({ sent }) => {
      dispatch({ type: 'sent', sent });
    },
    onLink: (link) => {
      dispatch({ type: 'link', link });
    },
    onMissing: () => {
      dispatch({ type: 'missing' });
    },
  });

  // A feed says nothing of pages.
  const isUnknown = state.at === 'receipt' && state.frame !== null && isFinal(state.frame) && state.sent !== null && arePagesUnknown(state.sent);
  useEffect(() => {
    if (imageId === null || !isUnknown) return undefined;
    const leaving = new AbortController();
    void fetchReceipt(imageId, leaving.signal).then((found) => {
      if (found.is === 'found' && !leaving.signal.aborted) dispatch({ type: 'sent', sent: found.sent });
    });
    return () => {
      leaving.abort();
    };
  }, [imageId, isUnknown]);

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
          onParts={() => {
            go({ to: 'parts' });
          }}
        />
      )}
      {'photo' in state && (
        <PhotoScreen
          key={state.photo?.key ?? (state.at === 'receipt' ? state.imageId : '')}
          state={state}
          phase={phase}
          onPick={pick}
          onParts={(files) => {
            openParts(files, false);
          }}
          onSendNow={queue.sendShownNow}
          onTryAgain={(again) => {
            void submit(withNewKey(again), 'prepared');
          }}
          onFrame={(frame) => {
            dispatch({ type: 'frame', frame });
          }}
          onOpen={open}
          onHome={goHome}
        />
      )}
      {state.at === 'parts' && (
        <main className="parts">
          <Header onHome={goHome} />
          <h1 tabIndex={-1}>{texts.home.inParts}</h1>
          <Suspense>
            <PartsScreen
              given={state.given}
              ask={state.ask}
              onSend={(files, as) => submit(localPhoto(files), as)}
              onSendEach={(files) => {
                visit({ to: 'home' }, 'replace');
                dispatch({ type: 'visited', route: { to: 'home' } });
                return sendEach(files);
              }}
            />
          </Suspense>
        </main>
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
    case 'parts':
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
