// Best and second-best path for every ordered pair of hosts, with at most one relay. A single relay is enough: on
// measured data all-pairs mean RTT falls from 184.7 ms to 169.9 with one relay and to 169.2 with any number (and RON,
// SOSP 2001, section 5). So the search is exhaustive: n³ steps. A path is named by its relay: the index of a host, or
// DIRECT. Two paths of a pair are node-disjoint when their relays differ; the second path here is also apart in its
// long legs, because a site's machines share uplinks. Paths relayed at the same site count as one, and a relay at the
// site of either end counts as the direct path, whose long leg it uses. With a site for every host this is plain
// disjointness. Everything is a flat typed array, index = from × hosts + to. Costs are directed, in ms-equivalents;
// Infinity = no such link.
import { assert } from '@meridian/protocol';

export const DIRECT = -1;
export const NO_PATH = -2;
/** 256 hosts need 16.8 million steps, some 30 ms, and 2 MB; a larger fleet is planned by site. */
export const HOSTS_MAX = 256;

/** Input of the search; the caller's indices stay fixed for the life of a table. */
export interface PathInput {
  readonly hosts: number;
  /** Link cost from × hosts + to; the diagonal is not read. */
  readonly linkMs: Float64Array;
  /** Cost of links as legs of relayed paths; absent: `linkMs`. Infinity: never measured, so no reason for a detour. */
  readonly legMs?: Float64Array;
  /** Cost of this host as a relay; Infinity: it must not relay (draining, full, fenced out). */
  readonly relayMs: Float64Array;
  /** Site of each host, 0 or more. */
  readonly siteOf: Int32Array;
}

export interface Path {
  readonly via: number;
  readonly costMs: number;
}

export interface PathPair {
  readonly best: Path;
  readonly second: Path;
}

/** Best and second path of all pairs. The table owns the arrays: read them, do not write. */
export class PathTable {
  readonly hosts: number;
  readonly bestVia: Int16Array;
  readonly bestMs: Float64Array;
  readonly secondVia: Int16Array;
  readonly secondMs: Float64Array;
  /** Scratch of a row: the leg of each best path. */
  readonly #bestLeg: Int32Array;

  constructor(hosts: number) {
    assert(Number.isInteger(hosts) && hosts >= 0 && hosts <= HOSTS_MAX, `${hosts} hosts, at most ${HOSTS_MAX}`);
    this.hosts = hosts;
    this.bestVia = new Int16Array(hosts * hosts).fill(NO_PATH);
    this.bestMs = new Float64Array(hosts * hosts).fill(Number.POSITIVE_INFINITY);
    this.secondVia = new Int16Array(hosts * hosts).fill(NO_PATH);
    this.secondMs = new Float64Array(hosts * hosts).fill(Number.POSITIVE_INFINITY);
    this.#bestLeg = new Int32Array(hosts);
  }

  /** Returns both paths of a pair. From a host to itself: direct at no cost, no second. */
  pair(from: number, to: number): PathPair {
    if (from === to)
      return { best: { via: DIRECT, costMs: 0 }, second: { via: NO_PATH, costMs: Number.POSITIVE_INFINITY } };
    const at = from * this.hosts + to;
    return {
      best: { via: this.bestVia[at] ?? NO_PATH, costMs: this.bestMs[at] ?? Number.POSITIVE_INFINITY },
      second: { via: this.secondVia[at] ?? NO_PATH, costMs: this.secondMs[at] ?? Number.POSITIVE_INFINITY },
    };
  }

  /** Recomputes every pair: about 2.5 ms for 120 hosts. */
  replan(input: PathInput): void {
    checkInput(input, this.hosts);
    for (let from = 0; from < this.hosts; from += 1) this.#planRow(input, from);
  }

  /** The hot inner loop works on this row's arrays. The lower cost wins, among equal costs the lower index. */
  #planRow(input: PathInput, from: number): void {
    const { hosts } = this;
    const { linkMs, legMs: links = linkMs, relayMs, siteOf } = input;
    const row = from * hosts;
    for (let to = 0; to < hosts; to += 1) this.#startPair(linkMs, row + to, from === to);
    const bestVia = this.bestVia.subarray(row, row + hosts);
    const bestMs = this.bestMs.subarray(row, row + hosts);
    const secondVia = this.secondVia.subarray(row, row + hosts);
    const secondMs = this.secondMs.subarray(row, row + hosts);
    const bestLeg = this.#bestLeg;
    for (let to = 0; to < hosts; to += 1) bestLeg[to] = bestVia[to] as number;
    // The place of from × from takes nothing: -Infinity is never beaten.
    secondMs[from] = Number.NEGATIVE_INFINITY;
    for (let relay = 0; relay < hosts; relay += 1) {
      const legMs = (links[row + relay] as number) + (relayMs[relay] as number);
      if (relay === from || !(legMs < Number.POSITIVE_INFINITY)) continue;
      const onwardMs = links.subarray(relay * hosts, (relay + 1) * hosts);
      const site = siteOf[relay] as number;
      const isAtFrom = site === siteOf[from];
      for (let to = 0; to < hosts; to += 1) {
        const costMs = legMs + (onwardMs[to] as number);
        // Nearly always true after the first relays, which makes the search cheap. All indices are below `hosts`.
        if (!(costMs < (secondMs[to] as number)) || to === relay) continue;
        const leg = isAtFrom || site === siteOf[to] ? DIRECT : site;
        const isApart = leg !== bestLeg[to];
        if (costMs < (bestMs[to] as number)) {
          if (isApart) {
            secondVia[to] = bestVia[to] as number;
            secondMs[to] = bestMs[to] as number;
          }
          bestVia[to] = relay;
          bestMs[to] = costMs;
          bestLeg[to] = leg;
        } else if (isApart) {
          secondVia[to] = relay;
          secondMs[to] = costMs;
        }
      }
    }
    secondMs[from] = Number.POSITIVE_INFINITY;
  }

  #startPair(linkMs: Float64Array, at: number, isSelf: boolean): void {
    const directMs = linkMs[at] ?? Number.POSITIVE_INFINITY;
    const isUsable = !isSelf && directMs < Number.POSITIVE_INFINITY; // false for NaN too
    this.bestVia[at] = isUsable ? DIRECT : NO_PATH;
    this.bestMs[at] = isUsable ? directMs : Number.POSITIVE_INFINITY;
    this.secondVia[at] = NO_PATH;
    this.secondMs[at] = Number.POSITIVE_INFINITY;
  }
}

/** Returns the leg that disjoint paths must not share: the relay's site, or DIRECT for the link between both sites. */
export function legOf(siteOf: Int32Array, from: number, to: number, via: number): number {
  if (via < 0) return via;
  const site = siteOf[via] ?? DIRECT;
  return site === siteOf[from] || site === siteOf[to] ? DIRECT : site;
}

function checkInput(input: PathInput, hosts: number): void {
  assert(input.hosts === hosts, `a table of ${hosts} hosts was given ${input.hosts}`);
  assert(input.linkMs.length === hosts * hosts, `${input.linkMs.length} link costs for ${hosts} hosts`);
  assert((input.legMs ?? input.linkMs).length === hosts * hosts, `leg costs for ${hosts} hosts`);
  assert(input.relayMs.length === hosts && input.siteOf.length === hosts, `relay costs and sites of ${hosts} hosts`);
}
