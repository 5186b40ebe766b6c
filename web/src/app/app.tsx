// The one place where state, address bar and screens meet.

import { Suspense, useEffect, useReducer, useRef, useState, type ReactNode } from 'react';

import { isWorking } from '../shared/api/decode';
import { newKey } from '../shared/device/idempotency-key';
import { useRemovedIds } from '../shared/device/removed-ids';
import { texts } from '../shared/i18n/language';
import { canBePrepared, mustBePrepared } from '../shared/imaging/kinds';
import { Header } from '../shared/ui/header';
import { type Route, routeOf, takeTop, visit } from '../shared/ui/route';
import { useCourier } from '../submit/courier';
import { type LocalPhoto, localPhoto, wishedAgain } from '../submit/photo';
import { discard, keep, waitingPhoto } from '../submit/photo-store';
import { useDeveloping } from './developing';
import { useFollowing } from './following';
import { Home } from './home';
import { Insight, Removed } from './lazy';
import { Missing } from './missing';
import { PhotoScreen } from './photo-screen';
import { useReceiptList } from './receipt-list';
import { useSending } from './sending';
import { reduce, type State, stateOf } from './state';

export function App(): ReactNode {
  const [state, dispatch] = useReducer(reduce, null, () => stateOf(routeOf(location)));
  const list = useReceiptList(state.at === 'home');
  const hidden = useRemovedIds();
  const [fresh] = useState(() => new Set<string>());
  const courier = useCourier(state.at === 'home', fresh, list.look);

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
  const send = (photo: LocalPhoto, next: 'developing' | 'sending') => {
    void keep(photo);
    visit({ to: 'sending' }, 'photo' in state && state.at !== 'receipt' ? 'replace' : 'push');
    if (state.at === 'unsent' || state.at === 'doubtful') void discard(state.photo.key);
    dispatch({ type: 'picked', photo, next });
  };
  const pick = (file: File) => {
    send(localPhoto(file), canBePrepared(file) ? 'developing' : 'sending');
  };
  const pickSeveral = (files: File[]) => {
    const photos = files.map((file) => ({ key: newKey(), file }));
    for (const { key } of photos) fresh.add(key);
    void Promise.all(photos.map(keep)).then(courier.look);
  };
  const sendAgain = () => {
    dispatch({ type: 'sent again' });
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
    void waitingPhoto().then((kept) => {
      if (left) return;
      if (kept === null) {
        visit({ to: 'home' }, 'replace');
        dispatch({ type: 'visited', route: { to: 'home' } });
      } else {
        dispatch({ type: 'picked', photo: localPhoto(kept.file, kept.key), next: wayOfKept(kept.file) });
      }
    });
    return () => {
      left = true;
    };
  }, [state.at]);

  const address = 'photo' in state ? state.photo?.address : undefined;
  useEffect(() => {
    if (address === undefined) return undefined;
    return () => {
      URL.revokeObjectURL(address);
    };
  }, [address]);

  useDeveloping(state, dispatch);
  const nextTrySeconds = useSending(state, dispatch);
  useFollowing(state, dispatch);

  const screen = screenName(state);
  const shown = useRef(screen);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const heading = page.current?.querySelector('h1');
    const name = heading?.textContent ?? texts.name;
    document.title = screen === 'home' ? texts.name : texts.title(name);
    if (shown.current === screen) return;
    // Insight has its length only when all of it came.
    if (screen === 'home') window.scrollTo(0, takeTop());
    else if (shown.current === 'home' || screen === 'insight' || screen === 'working') window.scrollTo(0, 0);
    shown.current = screen;
    heading?.focus({ preventScroll: true });
  }, [screen]);

  return (
    <div className="page" ref={page}>
      {hidden.size > 0 && (
        <Suspense>
          <Removed />
        </Suspense>
      )}
      {state.at === 'home' && (
        <Home
          list={list}
          onPick={pick}
          onPickSeveral={pickSeveral}
          courier={courier}
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
          nextTrySeconds={nextTrySeconds}
          onPick={pick}
          onSendAgain={sendAgain}
          onSendAnyway={() => {
            dispatch({ type: 'sent anyway' });
          }}
          onTryAgain={(again) => {
            send(wishedAgain(again), 'sending');
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

/** What waited here goes as it is, if it can: it may have been on its way already. */
function wayOfKept(file: File): 'developing' | 'sending' {
  return mustBePrepared(file) ? 'developing' : 'sending';
}

/** Changes where a person would say "now there is something else on the screen". */
function screenName(state: State): string {
  switch (state.at) {
    case 'home':
    case 'unsent':
    case 'doubtful':
    case 'insight':
    case 'missing':
      return state.at;
    case 'recovering':
    case 'developing':
    case 'sending':
      return 'working';
    case 'receipt':
      return state.frame === null || isWorking(state.frame.status) ? 'working' : state.frame.status;
  }
}
