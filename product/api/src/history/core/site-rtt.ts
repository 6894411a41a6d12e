import type { FleetNode, HostLink } from '../../console/core/fleet.ts';
import { endsOf, type LinkEnds, nodesByHost } from '../../console/core/site-links.ts';
import { medianOf } from './robust.ts';

export interface SiteRtt {
  readonly rttMs: number;
  readonly link: HostLink;
  readonly ends: LinkEnds;
}

/** Keys equal those of `FleetTrends.usualRttMs`. */
export const rttKeyOf = ({ first, second }: LinkEnds): string => `${first.site} ${second.site}`;

/**
 * Returns the worst round trip of each pair of sites that has a link in use, in either direction, without dead hosts.
 */
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
/** A change that lasts for six windows (half an hour) becomes usual; a shorter one does not move the median. */
const WINDOWS_MAX = 11;
/** Windows needed before a value counts as usual. */
const WINDOWS_MIN = 3;
/** Limit of samples in a window; more would not improve the median. */
const SAMPLES_MAX = 60;
const FORGOTTEN_MS = 60 * 60_000;
/** Number of pairs of 90 sites. Beyond this limit, only the first pairs are learned. */
const PAIRS_MAX = 4005;

interface LearnedPair {
  readonly windowsMs: number[];
  readonly samplesMs: number[];
  seenAtMs: number;
}

/** Learns usual round trips as the median of the windows' medians; the first value comes after a quarter of an hour. */
export class UsualRtt {
  readonly #learnedPairs = new Map<string, LearnedPair>();
  #sinceMs: number | undefined;
  #usualMs: ReadonlyMap<string, number> = new Map();

  /** Usual round trips, which change only at the end of a window. */
  get usualMs(): ReadonlyMap<string, number> {
    return this.#usualMs;
  }

  /** Adds a sample. `nowMs` is monotonic. */
  addSample(rtts: ReadonlyMap<string, { readonly rttMs: number }>, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#close(nowMs);
      this.#sinceMs = nowMs;
    }
    for (const [key, { rttMs }] of rtts) {
      let learnedPair = this.#learnedPairs.get(key);
      if (learnedPair === undefined) {
        if (this.#learnedPairs.size >= PAIRS_MAX) continue;
        learnedPair = { windowsMs: [], samplesMs: [], seenAtMs: nowMs };
        this.#learnedPairs.set(key, learnedPair);
      }
      learnedPair.seenAtMs = nowMs;
      if (learnedPair.samplesMs.length < SAMPLES_MAX) learnedPair.samplesMs.push(rttMs);
    }
  }

  #close(nowMs: number): void {
    const usualMs = new Map<string, number>();
    for (const [key, { windowsMs, samplesMs, seenAtMs }] of this.#learnedPairs) {
      if (nowMs - seenAtMs > FORGOTTEN_MS) {
        this.#learnedPairs.delete(key);
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
