// Decides when our part in a break-out room ends, from the main room's state.
import { isBreakOutOpen } from '@meridian/protocol';

/**
 * Reason why our part ended. `left`: we went back; `closed`: a host closed the break-out; `time`: its time is over;
 * `moved`: we were assigned elsewhere; `lost`: the connection to it, or to the main room, is gone for good.
 */
export type BreakOutEnd = 'left' | 'closed' | 'time' | 'moved' | 'lost';

interface Listed {
  readonly breakOutId: string;
  readonly identities: readonly string[];
  /** Time when the break-out ends, on the service's clock; 0: only a host ends it. */
  readonly endsAtMs: number;
}

/** Returns why the break-out ends for us; undefined while it continues. `leads`: we are host, cohost or admin. */
export function breakOutEnd(
  list: readonly Listed[],
  breakOutId: string,
  { identity, leads, nowWallMs }: { readonly identity: string; readonly leads: boolean; readonly nowWallMs: number },
): BreakOutEnd | undefined {
  const breakOut = list.find((one) => one.breakOutId === breakOutId);
  if (breakOut === undefined) return 'closed';
  if (!isBreakOutOpen({ endsWallMs: breakOut.endsAtMs }, nowWallMs)) return 'time';
  return leads || breakOut.identities.includes(identity) ? undefined : 'moved';
}
