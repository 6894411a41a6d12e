// Tenants bound to regions: which hosts their media may touch. The fence holds for relays as for ends, so a fenced pair has its own paths.
// There is no table per tenant: a room has few pairs, and one pair costs n steps (under a microsecond), so paths inside a fence can be computed
// when they are needed. Nobody plans by it yet: of the pair's paths the media nodes take those inside the fence, else the direct one, which is
// strict but not always the best (docs/adr/0014-fences-hold-for-relays.md).
import { assert } from '@meridian/protocol';
import { DIRECT, legOf, NO_PATH, type Path, type PathInput, type PathPair } from './paths.ts';

/** Hosts that are allowed, one bit each. */
export type HostMask = Uint32Array;

/** The mask of the given host indices. */
export function maskOf(hosts: number, allowed: Iterable<number>): HostMask {
  const mask = new Uint32Array(Math.ceil(hosts / 32));
  for (const host of allowed) {
    assert(Number.isInteger(host) && host >= 0 && host < hosts, `host ${host} of ${hosts}`);
    mask[host >>> 5] = (mask[host >>> 5] ?? 0) | (1 << (host & 31));
  }
  return mask;
}

export function isAllowed(mask: HostMask, host: number): boolean {
  return ((mask[host >>> 5] ?? 0) & (1 << (host & 31))) !== 0;
}

const NOWHERE: Path = { via: NO_PATH, costMs: Number.POSITIVE_INFINITY };

/**
 * Best and second path of one pair that touch allowed hosts only; the same rules and the same tie-break as `PathTable`. A pair with an end
 * outside the fence has no path at all: the caller placed somebody where they must not be, or asks about another tenant's pair.
 */
export function pathsWithin(input: PathInput, from: number, to: number, mask: HostMask): PathPair {
  if (!isAllowed(mask, from) || !isAllowed(mask, to)) return { best: NOWHERE, second: NOWHERE };
  if (from === to) return { best: { via: DIRECT, costMs: 0 }, second: NOWHERE };
  const { hosts, linkMs, legMs = linkMs, relayMs, siteOf } = input;
  const legs = new Map<number, Path>(); // the best path of each leg
  const offer = (via: number, costMs: number): void => {
    const leg = legOf(siteOf, from, to, via);
    if (costMs < (legs.get(leg)?.costMs ?? Number.POSITIVE_INFINITY)) legs.set(leg, { via, costMs });
  };
  offer(DIRECT, linkMs[from * hosts + to] ?? Number.POSITIVE_INFINITY);
  for (let relay = 0; relay < hosts; relay += 1) {
    if (relay === from || relay === to || !isAllowed(mask, relay)) continue;
    offer(relay, (legMs[from * hosts + relay] ?? 0) + (relayMs[relay] ?? 0) + (legMs[relay * hosts + to] ?? 0));
  }
  const [best, second] = [...legs.values()].sort((a, b) => a.costMs - b.costMs || a.via - b.via);
  return { best: best ?? NOWHERE, second: second ?? NOWHERE };
}
