// Short notices of what just happened. Pure.
import type { Message } from './messages/translate.ts';

export type ToastTone = 'info' | 'good' | 'warning' | 'bad';

export interface Toast {
  id: number;
  tone: ToastTone;
  message: Message;
  /** What to do about it. */
  detail?: Message;
  /** The identity that has left. */
  leaver?: string;
  /** Of the participant that waits in front of the room: hosts answer in the toast. */
  waitId?: string;
  untilMs: number;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  readonly nextToastId: number;
}

const TOASTS_MAX = 4; // more would cover faces; the oldest goes
/** A question stays longer than news: a host may be speaking. */
const KNOCK_MS = 20_000;
const TOAST_MS: Readonly<Record<ToastTone, number>> = { info: 4000, good: 4000, warning: 8000, bad: 10_000 };

/** The state with one more toast; at the bound the oldest goes. */
export function withToast<S extends ToastState>(
  state: S,
  tone: ToastTone,
  message: Message,
  nowMs: number,
  more: Pick<Toast, 'detail' | 'leaver' | 'waitId'> = {},
): S {
  const lastsMs = more.waitId === undefined ? TOAST_MS[tone] : KNOCK_MS;
  const toast: Toast = { id: state.nextToastId, tone, message, ...more, untilMs: nowMs + lastsMs };
  return { ...state, toasts: [...state.toasts, toast].slice(-TOASTS_MAX), nextToastId: state.nextToastId + 1 };
}
