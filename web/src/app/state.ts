// What is on the screen. Only what one of these variants holds can be drawn.

import type { Frame, Sent } from '../shared/api/decode';
import type { Files } from '../shared/device/file-store';
import type { Route } from '../shared/ui/route';
import type { LocalPhoto } from '../submit/photo';
import type { Link } from '../track/feed-state';

export type State =
  | { at: 'home' }
  /** After a reload in the middle of an upload, until the kept photo is found. */
  | { at: 'recovering' }
  /** A receipt on several photos is put together. Without `given`, those that were kept here; `ask`: whether they are of one at all. */
  | { at: 'parts'; given: Files | null; ask: boolean }
  /** Until the server has the photo; how far it is, the upload queue knows. */
  | { at: 'submitting'; photo: LocalPhoto }
  /** `photo` is the person's own, where this page still has it. */
  | {
      at: 'receipt';
      imageId: string;
      photo: LocalPhoto | null;
      sent: Sent | null;
      link: Link;
      frame: Frame | null;
    }
  | { at: 'insight' }
  | { at: 'missing' };

export type Action =
  | { type: 'visited'; route: Route }
  | { type: 'picked'; photo: LocalPhoto }
  | { type: 'parts'; given: Files | null; ask: boolean }
  /** `files` as they were sent. */
  | { type: 'uploaded'; key: string; files: Files; imageId: string }
  | { type: 'frame'; frame: Frame }
  | { type: 'sent'; sent: Sent }
  | { type: 'link'; link: Link }
  | { type: 'missing' };

export function stateOf(route: Route): State {
  switch (route.to) {
    case 'home':
      return { at: 'home' };
    case 'sending':
      return { at: 'recovering' };
    case 'parts':
      return { at: 'parts', given: null, ask: false };
    case 'insight':
      return { at: 'insight' };
    case 'receipt':
      return { at: 'receipt', imageId: route.imageId, photo: null, sent: null, link: 'live', frame: null };
  }
}

/** An action that does not belong to the present screen comes from an earlier one and changes nothing. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'visited':
      return state.at === 'receipt' && action.route.to === 'receipt' && action.route.imageId === state.imageId
        ? state
        : stateOf(action.route);
    case 'picked':
      return { at: 'submitting', photo: action.photo };
    case 'parts':
      return { at: 'parts', given: action.given, ask: action.ask };
    case 'uploaded':
      return state.at === 'submitting' && state.photo.key === action.key
        ? {
            at: 'receipt',
            imageId: action.imageId,
            photo: { ...state.photo, files: action.files },
            sent: { parts: action.files.map(({ type }) => type), pages: [] },
            link: 'live',
            frame: { imageId: action.imageId, status: 'uploaded', version: 0, at: null, reason: null, detail: null },
          }
        : state;
    case 'frame':
      return state.at === 'receipt' && action.frame.imageId === state.imageId ? { ...state, frame: action.frame } : state;
    case 'sent':
      return state.at === 'receipt' ? { ...state, sent: action.sent } : state;
    case 'link':
      return state.at === 'receipt' && state.link !== action.link ? { ...state, link: action.link } : state;
    case 'missing':
      return state.at === 'receipt' ? { at: 'missing' } : state;
  }
}
