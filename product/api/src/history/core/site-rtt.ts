// Round trips between sites, and what is usual of them. Pure.
import type { FleetNode, HostLink } from '../../console/core/fleet.ts';
import { endsOf, type LinkEnds, nodesByHost } from '../../console/core/site-links.ts';
import { medianOf } from './robust.ts';

export interface SiteRtt {
  readonly rttMs: number;
  readonly link: HostLink;
  readonly ends: LinkEnds;
}

/** As `FleetTrends.usualRttMs` names a pair of sites. */
export const rttKeyOf = ({ first, second }: LinkEnds): string => `${first.site} ${second.site}`;

/** The longest of each pair of sites with a link in use, in either direction; without dead hosts. */
export function worstRtts(nodes: readonly FleetNode[], links: readonly HostLink[]): Map<string, SiteRtt> {
  const hosts = nodesByHost(nodes);
  const worst = new Map<string, SiteRtt>();
  for (const link of links) {
    const { rttMs, isInUse } = link;
    const ends = isInUse && rttMs !== undefined ? endsOf(link, hosts) : undefined;
    if (ends === undefined || rttMs === undefined) continue;
    const key = rttKeyOf(ends);
    if ((worst.get(key)?.rttMs ?? Number.NEGATIVE_INFINITY) < rttMs) worst.set(key, { rttMs, link, ends });
  }
  return worst;
}

const WINDOW_MS = 5 * 60_000;
/**
 * An odd number: what lasts for six of them, half an hour, is usual. What is shorter does not move the median at all,
 * however far off it is, as it would a mean.
 */
const WINDOWS_MAX = 11;
/** Before, too little is known to call anything usual. */
const WINDOWS_MIN = 3;
/** Looks of the judge in a window; more of them, if they ever come faster, say no more. */
const SAMPLES_MAX = 60;
const FORGOTTEN_MS = 60 * 60_000;
/** Pairs of 90 sites. Of more the first are learned. */
const PAIRS_MAX = 4005;

interface Known {
  readonly windowsMs: number[];
  readonly samplesMs: number[];
  seenAtMs: number;
}

/** What is usual: the median of medians of windows. It learns for a quarter of an hour before it says anything. */
export class UsualRtt {
  readonly #known = new Map<string, Known>();
  #sinceMs: number | undefined;
  #usualMs: ReadonlyMap<string, number> = new Map();

  /** By the key of the pairs. It changes at the end of a window. */
  get usualMs(): ReadonlyMap<string, number> {
    return this.#usualMs;
  }

  /** One look. `nowMs` is monotonic. */
  see(rtts: ReadonlyMap<string, { readonly rttMs: number }>, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#close(nowMs);
      this.#sinceMs = nowMs;
    }
    for (const [key, { rttMs }] of rtts) {
      let known = this.#known.get(key);
      if (known === undefined) {
        if (this.#known.size >= PAIRS_MAX) continue;
        known = { windowsMs: [], samplesMs: [], seenAtMs: nowMs };
        this.#known.set(key, known);
      }
      known.seenAtMs = nowMs;
      if (known.samplesMs.length < SAMPLES_MAX) known.samplesMs.push(rttMs);
    }
  }

  #close(nowMs: number): void {
    const usualMs = new Map<string, number>();
    for (const [key, { windowsMs, samplesMs, seenAtMs }] of this.#known) {
      if (nowMs - seenAtMs > FORGOTTEN_MS) {
        this.#known.delete(key);
        continue;
      }
      const windowMs = medianOf(samplesMs);
      if (windowMs !== undefined) windowsMs.push(windowMs);
      samplesMs.length = 0;
      if (windowsMs.length > WINDOWS_MAX) windowsMs.shift();
      const median = windowsMs.length < WINDOWS_MIN ? undefined : medianOf(windowsMs);
      if (median !== undefined) usualMs.set(key, median);
    }
    this.#usualMs = usualMs;
  }
}
