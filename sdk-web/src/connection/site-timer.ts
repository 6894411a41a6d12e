// Measures round trips to signaling nodes (sites) beside a connection: before the Join to the nodes that the entry
// address lists, later to those that the service asks for. Uses one socket at a time, so that measurements do not
// disturb each other, and only while the page is visible, because a background tab's timers are late. No call waits for
// the results: times known at the Join go with it, later times are reported when they are known.

import { type EchoSite, type EchoTime, report, type SiteTiming } from '@meridian/client';
import { limits } from '@meridian/protocol';
import { EchoTimes, echoTime } from './echo.ts';

/** Limit on reports in one session, as at the signaling node (`echoReportsMax` of signaling/src/limits.ts). */
const reportsMax = 10;
type NamedSite = EchoSite & { readonly pretended?: true };
const echoTimes = new EchoTimes();

export class SiteTimer implements SiteTiming {
  readonly #sites: () => readonly NamedSite[];
  readonly #send: (times: readonly EchoTime[]) => boolean;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, EchoSite>();
  #unreported: EchoTime[] = [];
  #reportsLeft = reportsMax;
  #isJoined = false;
  #sessionId: string | undefined;
  #running: Promise<void> | undefined;

  /** `reportTimes` reports times to the service, or returns false when it cannot now. */
  constructor(sites: () => readonly NamedSite[], reportTimes: (times: readonly EchoTime[]) => boolean) {
    this.#sites = sites;
    this.#send = reportTimes;
  }

  takeKnown(): EchoTime[] {
    this.#isJoined = false;
    return echoTimes.list(performance.now());
  }

  get settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Times the entry's sites that have no fresh time. */
  timeEntrySites(token: () => Promise<string>): void {
    this.#add(withoutFreshTime(this.#sites()), token);
  }

  /** Times the sites that the service asks for, even those with a fresh time. */
  timeRequested(sites: readonly EchoSite[], token: () => Promise<string>): void {
    this.#add(sites, token);
  }

  onJoined(sessionId: string | undefined): void {
    this.#isJoined = true;
    if (sessionId !== this.#sessionId) this.#reportsLeft = reportsMax;
    this.#sessionId = sessionId;
    this.#report();
  }

  networkChanged(): void {
    echoTimes.clear();
  }

  close(): void {
    this.#abort.abort();
    this.#waiting.clear();
  }

  #add(sites: readonly EchoSite[], token: () => Promise<string>): void {
    for (const site of sites.slice(0, limits.echoSitesMax)) {
      // A waiting site gets the newer address, which is valid for longer.
      if (hasTicket(site) && (this.#waiting.has(site.signalingId) || this.#waiting.size < limits.echoSitesMax))
        this.#waiting.set(site.signalingId, site);
    }
    if (this.#running !== undefined || this.#waiting.size === 0 || this.#abort.signal.aborted) return;
    this.#running = this.#run(token)
      .catch(report) // the page's own token function failed
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #run(token: () => Promise<string>): Promise<void> {
    const { signal } = this.#abort;
    const tokenText = await token();
    for (let site = this.#next(); site !== undefined; site = this.#next()) {
      await untilVisible(signal);
      if (signal.aborted) return;
      const time = await echoTime(site, tokenText, signal);
      if (time === undefined || document.visibilityState === 'hidden') continue;
      echoTimes.put(time, performance.now());
      this.#unreported = [...this.#unreported.filter(({ signalingId }) => signalingId !== time.signalingId), time];
    }
    this.#report();
  }

  #next(): EchoSite | undefined {
    const [site] = this.#waiting.values();
    if (site !== undefined) this.#waiting.delete(site.signalingId);
    return site;
  }

  #report(): void {
    if (!this.#isJoined || this.#unreported.length === 0 || this.#waiting.size > 0 || this.#reportsLeft === 0) return;
    if (!this.#send(this.#unreported)) return;
    this.#reportsLeft -= 1;
    this.#unreported = [];
  }
}

/** Returns the sites to measure: without a fresh time, and not chosen for a pretended location (`fromCity`). */
function withoutFreshTime(sites: readonly NamedSite[]): NamedSite[] {
  const freshIds = new Set(echoTimes.list(performance.now()).map(({ signalingId }) => signalingId));
  return sites.filter(({ signalingId, pretended }) => pretended !== true && !freshIds.has(signalingId));
}

/** Returns whether a site's address has a ticket: without one, the node gives no receipt, which the service needs. */
const hasTicket = ({ echoUrl }: EchoSite): boolean => /^wss?:\/\/[^?]+\?ticket=./.test(echoUrl);

function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible' || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const settled = new AbortController();
    const settle = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      settled.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', settle, { signal: settled.signal });
    signal.addEventListener('abort', settle, { signal: settled.signal });
  });
}
