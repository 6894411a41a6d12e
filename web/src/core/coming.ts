// Who comes and goes, as it is told. Pure.
import { type Toast, withToast } from './toasts.ts';

export type ComingKey = 'toast.joined' | 'toast.left' | 'toast.sharing';

export interface Leaver {
  identity: string;
  leftMs: number;
}

/** Who comes back within this time was reconnected. */
export const RETURN_MS = 5000;
const LEAVERS_MAX = 100; // the oldest goes

interface ComingState {
  readonly leavers: readonly Leaver[];
  readonly toasts: readonly Toast[];
  readonly nextToastId: number;
}

/**
 * Somebody came, went or shares; `told` to the user or only remembered. Who comes back soon after leaving was
 * reconnected, and nothing more is said of the leaving.
 */
export function withComing<S extends ComingState>(
  state: S,
  o: { key: ComingKey; identity: string; name: string; nowMs: number },
  told: boolean,
): S {
  const { key, identity, name, nowMs } = o;
  const recent = state.leavers.filter((one) => nowMs - one.leftMs < RETURN_MS);
  const others = recent.filter((one) => one.identity !== identity);
  const returned = key === 'toast.joined' && others.length < recent.length;
  const leaving = key === 'toast.left';
  const leavers = leaving ? [...others, { identity, leftMs: nowMs }].slice(-LEAVERS_MAX) : others;
  const next = key === 'toast.sharing' ? state : { ...state, leavers };
  if (!told) return next;
  const toasts = returned ? next.toasts.filter((toast) => toast.leaver !== identity) : next.toasts;
  const message = { key: returned ? 'toast.returned' : key, values: { name } } as const;
  return withToast({ ...next, toasts }, 'info', message, nowMs, leaving ? { leaver: identity } : {});
}
