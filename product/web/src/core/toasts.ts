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
const TOAST_MS: Readonly<Record<ToastTone, number>> = { info: 4000, good: 4000, warning: 8000, bad: 10_000 };

/** The state with one more toast. At the bound the oldest goes, news before knocks, which wait for an answer. */
export function withToast<S extends ToastState>(
  state: S,
  tone: ToastTone,
  message: Message,
  nowMs: number,
  more: Pick<Toast, 'detail' | 'leaver' | 'waitId'> = {},
): S {
  const lastsMs = more.waitId === undefined ? TOAST_MS[tone] : Number.POSITIVE_INFINITY;
  const toast: Toast = { id: state.nextToastId, tone, message, ...more, untilMs: nowMs + lastsMs };
  const before = state.toasts;
  const oldest = before.find(({ waitId }) => waitId === undefined) ?? before[0];
  const kept = before.length < TOASTS_MAX ? before : before.filter((one) => one !== oldest);
  return { ...state, toasts: [...kept, toast], nextToastId: state.nextToastId + 1 };
}
