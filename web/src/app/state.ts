// What is on the screen. Only what one of these variants holds can be drawn.

import type { Frame } from '../shared/api/decode';
import type { UploadProblem } from '../shared/api/upload';
import type { Hint } from '../shared/imaging/inspect';
import type { Route } from '../shared/ui/route';
import type { LocalPhoto } from '../submit/photo';
import type { Link } from '../track/feed';

export type State =
  | { at: 'home' }
  /** After a reload in the middle of an upload, until the kept photo is found. */
  | { at: 'recovering' }
  | { at: 'developing'; photo: LocalPhoto }
  /** It may be hard to read: the person decides. */
  | { at: 'doubtful'; photo: LocalPhoto; hints: Hint[] }
  | { at: 'sending'; photo: LocalPhoto; attempt: number; share: number }
  | { at: 'unsent'; photo: LocalPhoto; attempt: number; problem: UploadProblem }
  /** `photo` is the person's own, where this page still has it. */
  | {
      at: 'receipt';
      imageId: string;
      photo: LocalPhoto | null;
      contentType: string | null;
      link: Link;
      frame: Frame | null;
    }
  | { at: 'insight' }
  | { at: 'missing' };

export type Action =
  | { type: 'visited'; route: Route }
  | { type: 'picked'; photo: LocalPhoto; next: 'developing' | 'sending' }
  | { type: 'developed'; photo: LocalPhoto; hints: Hint[] }
  | { type: 'sent anyway' }
  | { type: 'progressed'; share: number }
  | { type: 'uploaded'; imageId: string }
  | { type: 'not sent'; problem: UploadProblem }
  | { type: 'sent again' }
  | { type: 'frame'; frame: Frame }
  | { type: 'content type'; contentType: string | null }
  | { type: 'link'; link: Link }
  | { type: 'missing' };

export function stateOf(route: Route): State {
  switch (route.to) {
    case 'home':
      return { at: 'home' };
    case 'sending':
      return { at: 'recovering' };
    case 'insight':
      return { at: 'insight' };
    case 'receipt':
      return { at: 'receipt', imageId: route.imageId, photo: null, contentType: null, link: 'live', frame: null };
  }
}

/** What does not belong to the present screen comes from the past and changes nothing. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'visited':
      return state.at === 'receipt' && action.route.to === 'receipt' && action.route.imageId === state.imageId
        ? state
        : stateOf(action.route);
    case 'picked':
      return action.next === 'developing' ? { at: 'developing', photo: action.photo } : sending(action.photo);
    case 'developed':
      if (state.at !== 'developing') return state;
      return action.hints.length > 0
        ? { at: 'doubtful', photo: action.photo, hints: action.hints }
        : sending(action.photo);
    case 'sent anyway':
      return state.at === 'doubtful' ? sending(state.photo) : state;
    case 'progressed':
      return state.at === 'sending' ? { ...state, share: action.share } : state;
    case 'uploaded':
      return state.at === 'sending'
        ? {
            at: 'receipt',
            imageId: action.imageId,
            photo: state.photo,
            contentType: state.photo.file.type,
            link: 'live',
            frame: { imageId: action.imageId, status: 'uploaded', version: 0, at: null, reason: null, detail: null },
          }
        : state;
    case 'not sent':
      if (state.at === 'developing') return { at: 'unsent', photo: state.photo, attempt: 1, problem: action.problem };
      return state.at === 'sending'
        ? { at: 'unsent', photo: state.photo, attempt: state.attempt, problem: action.problem }
        : state;
    case 'sent again':
      return state.at === 'unsent'
        ? { at: 'sending', photo: state.photo, attempt: state.attempt + 1, share: 0 }
        : state;
    case 'frame':
      return state.at === 'receipt' && action.frame.imageId === state.imageId ? { ...state, frame: action.frame } : state;
    case 'content type':
      return state.at === 'receipt' && state.contentType === null ? { ...state, contentType: action.contentType } : state;
    case 'link':
      return state.at === 'receipt' && state.link !== action.link ? { ...state, link: action.link } : state;
    case 'missing':
      return state.at === 'receipt' ? { at: 'missing' } : state;
  }
}

function sending(photo: LocalPhoto): State {
  return { at: 'sending', photo, attempt: 1, share: 0 };
}
