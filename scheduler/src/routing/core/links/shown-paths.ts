// Paths between hosts as the plan of all nodes shows them, to decide when a new version is worthwhile.
import type { RouteTable } from './rows.ts';

/** A delay makes a new plan when it has moved by more than PLAN_MS and by more than PLAN_SHARE. */
const PLAN_MS = 10;
const PLAN_SHARE = 0.25;

export class ShownPaths {
  #hostIds: readonly string[] = [];
  #via = new Int16Array(0);
  #delayMs = new Float64Array(0); // NaN: not shown yet

  /** Returns whether the routes differ noticeably from the shown paths; if so, shows them. */
  update({ hostIds, primaryVia, delayMs }: RouteTable): boolean {
    const hosts = hostIds.length;
    if (!isSameList(hostIds, this.#hostIds)) {
      this.#hostIds = hostIds;
      this.#via = new Int16Array(hosts * hosts);
      this.#delayMs = new Float64Array(hosts * hosts).fill(Number.NaN);
    }
    let hasNews = false;
    for (let a = 0; a < hosts; a += 1) {
      for (let b = a + 1; b < hosts; b += 1) {
        const at = a * hosts + b;
        const nowMs = ((delayMs[at] as number) + (delayMs[b * hosts + a] as number)) / 2;
        const shownMs = this.#delayMs[at] as number;
        if (!isNews(shownMs, nowMs) && primaryVia[at] === this.#via[at]) continue;
        this.#via[at] = primaryVia[at] as number;
        this.#delayMs[at] = nowMs;
        hasNews = true;
      }
    }
    return hasNews;
  }
}

/** Whether a delay is worth sending after `sentMs` was sent. NaN: nothing was sent; 0: unknown delay. */
export function isNews(sentMs: number, nowMs: number): boolean {
  if ((sentMs === 0) !== (nowMs === 0)) return true;
  return !(Math.abs(sentMs - nowMs) <= Math.max(PLAN_MS, PLAN_SHARE * sentMs));
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]));
}
