// Toasts about participants that join, leave or start to share.
import { type Toast, withToast } from './toasts.ts';

export type ArrivalKey = 'toast.joined' | 'toast.left' | 'toast.sharing';

export interface Leaver {
  identity: string;
  leftMs: number;
}

/** A participant that returns within this time counts as reconnected. */
export const RETURN_MS = 5000;
const LEAVERS_MAX = 100; // the oldest is dropped

interface ArrivalState {
  readonly leavers: readonly Leaver[];
  readonly toasts: readonly Toast[];
  readonly nextToastId: number;
}

/**
 * Records that a participant joined, left or shares, and shows a toast if `isShown`. When a participant returns soon
 * after leaving, the toast of the leave is removed.
 */
export function withArrival<S extends ArrivalState>(
  state: S,
  o: { key: ArrivalKey; identity: string; name: string; nowMs: number },
  isShown: boolean,
): S {
  const { key, identity, name, nowMs } = o;
  const recent = state.leavers.filter((one) => nowMs - one.leftMs < RETURN_MS);
  const others = recent.filter((one) => one.identity !== identity);
  const returned = key === 'toast.joined' && others.length < recent.length;
  const leaving = key === 'toast.left';
  const leavers = leaving ? [...others, { identity, leftMs: nowMs }].slice(-LEAVERS_MAX) : others;
  const next = key === 'toast.sharing' ? state : { ...state, leavers };
  if (!isShown) return next;
  const toasts = returned ? next.toasts.filter((toast) => toast.leaver !== identity) : next.toasts;
  const message = { key: returned ? 'toast.returned' : key, values: { name } } as const;
  return withToast({ ...next, toasts }, 'info', message, nowMs, leaving ? { leaver: identity } : {});
}
