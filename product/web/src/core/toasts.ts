import type { Message } from './messages/translate.ts';

export type ToastTone = 'info' | 'good' | 'warning' | 'bad';

export interface Toast {
  id: number;
  tone: ToastTone;
  message: Message;
  detail?: Message;
  /** Code of a failure, whose cause and advice the toast shows unless it has a detail. */
  code?: string;
  leaver?: string;
  /** Participant in the waiting room; hosts answer in the toast. */
  waitId?: string;
  untilMs: number;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  readonly nextToastId: number;
}

const TOASTS_MAX = 4; // more would cover faces; the oldest is dropped
const TOAST_MS: Readonly<Record<ToastTone, number>> = { info: 4000, good: 4000, warning: 8000, bad: 10_000 };

/** Time to read a second sentence. */
const DETAIL_MS = 8000;

/** Adds a toast. Above the limit, drops the oldest news, or else the oldest waiting participant. */
export function withToast<S extends ToastState>(
  state: S,
  tone: ToastTone,
  message: Message,
  nowMs: number,
  extra: Pick<Toast, 'detail' | 'code' | 'leaver' | 'waitId'> = {},
): S {
  const readMs = extra.detail === undefined ? TOAST_MS[tone] : Math.max(TOAST_MS[tone], DETAIL_MS);
  const lastsMs = extra.waitId === undefined ? readMs : Number.POSITIVE_INFINITY;
  const toast: Toast = { id: state.nextToastId, tone, message, ...extra, untilMs: nowMs + lastsMs };
  const before = state.toasts;
  const oldest = before.find(({ waitId }) => waitId === undefined) ?? before[0];
  const kept = before.length < TOASTS_MAX ? before : before.filter((one) => one !== oldest);
  return { ...state, toasts: [...kept, toast], nextToastId: state.nextToastId + 1 };
}
