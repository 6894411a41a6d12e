// Rules of all sinks for third parties: addresses are checked, calls are bounded, errors tell whether a retry helps.
import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import { SinkError } from './sink.ts';

/** Checks a host that is an address and therefore never looked up. Throws TARGET_REFUSED. */
export function checkHost(addresses: TargetAddresses, hostname: string): void {
  if (addresses.isRefusedHost(hostname)) throw refusedAddress();
}

export const refusedAddress = (cause?: unknown): SinkError =>
  new SinkError('TARGET_REFUSED', 'no address of the target may be dialled', cause);

export function isRefusedAddress(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1)
    if ((one as NodeJS.ErrnoException).code === 'TARGET_REFUSED') return true;
  return false;
}

/** Runs a call with a limit in addition to the caller's signal. */
export async function withLimit<T>(
  o: { readonly clock: Clock; readonly signal: AbortSignal; readonly limitMs: number },
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = o.clock.after(o.limitMs, () =>
    late.abort(new SinkError('TARGET_UNREACHABLE', `no answer within ${o.limitMs / 1000} s`)),
  );
  try {
    return await call(AbortSignal.any([o.signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted && !o.signal.aborted) throw late.signal.reason;
    throw error;
  } finally {
    timer.cancel();
  }
}
