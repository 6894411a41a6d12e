// Sends each media node and edge probe the routes of its host, and receives their reports. A receiver gets its own
// host's rows only, with the keys of its own host's pairs; a change of day sends all of them again.
import { nodeKind, note, onNote, post, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';
import type { CentreMetrics } from '../../base/metrics.ts';
import type { Terms } from '../../leading/terms.ts';
import type { LinkReport, RouteRow } from '../../routing/core/links/index.ts';
import { PairKeys } from '../../routing/pair-keys.ts';
import type { HostFlip, Routing } from '../../routing/routing.ts';

/** Kinds that get routes: media nodes for the forwarder under their pipes, and edge probes, which measure. */
const RECEIVERS: readonly string[] = [nodeKind.media, nodeKind.edgeProbe];
/** Pause after a link was too full to take rows; interval of the check for a new day. */
const RETRY_MS = 500;
const DAY_CHECK_MS = 1_000;
/** Limit of a report, as many as other hosts; the rest is cut and counted. */
const SAMPLES_MAX = 256;

interface Receiver {
  readonly link: Link;
  readonly hostId: string;
  readonly nodeId: string;
  version: number; // 0: nothing sent yet
  day: number;
}

export interface RouteLinksOptions {
  readonly terms: Terms;
  probed(nodeId: string, reports: readonly LinkReport[]): void;
  readonly clusterSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
}

export class RouteLinks {
  readonly #o: RouteLinksOptions;
  readonly #keys: PairKeys;
  readonly #receivers = new Map<string, Receiver>(); // by node id
  readonly #dayTimer: Timer;
  #retry: Timer | undefined;
  #isClosed = false;

  constructor(o: RouteLinksOptions) {
    this.#o = o;
    this.#keys = new PairKeys(o.clusterSecret);
    this.followPlanner();
    this.#dayTimer = o.clock.every(DAY_CHECK_MS, () => {
      const day = PairKeys.dayOf(o.clock.wallMs());
      if ([...this.#receivers.values()].some((receiver) => this.#isDue(receiver, day))) this.send();
    });
  }

  /** Follows the planner of a new term; called at the start of every term of leading. */
  followPlanner(): void {
    this.#routing.onRows(() => this.send());
  }

  get #routing(): Routing {
    return this.#o.terms.centre.routing;
  }

  /** Receives reports on a new link; they count once its node is registered on it. */
  attach(link: Link): void {
    const { metrics } = this.#o;
    const isRegistered = (): boolean => {
      if (this.#receivers.get(link.remote.id)?.link === link) return true;
      metrics.reportsIgnored.inc();
      return false;
    };
    const accepted = (samples: readonly wire.LinkSample.$Properties[]): LinkReport[] => {
      const surplusCount = samples.length - SAMPLES_MAX;
      if (surplusCount > 0) metrics.linkSamplesRefused.inc({ reason: 'too_many' }, surplusCount);
      return samples.slice(0, SAMPLES_MAX).map(reportFrom);
    };
    onNote(link, note.probeReport, ({ samples }) => {
      if (link.remote.kind !== nodeKind.edgeProbe || !isRegistered()) return;
      const reports = accepted(samples);
      // Liveness depends on the reachability of machines, so only a machine's authorised probe reports it.
      if (this.#routing.mayReport(link.remote.id)) this.#o.probed(link.remote.id, reports);
      this.#routing.report(link.remote.id, reports);
    });
    onNote(link, note.pathReport, ({ flips, samples }) => {
      if (link.remote.kind !== nodeKind.media || !isRegistered()) return;
      if (samples.length > 0) this.#routing.report(link.remote.id, accepted(samples));
      this.#routing.flips(link.remote.id, flips.slice(0, SAMPLES_MAX).map(flipFrom));
    });
  }

  /** Schedules all rows for a registered node, soon after the answer to its registration. */
  registered(link: Link, hostId: string): void {
    if (!RECEIVERS.includes(link.remote.kind)) return;
    this.#receivers.set(link.remote.id, { link, hostId, nodeId: link.remote.id, version: 0, day: Number.NaN });
    this.#arm(0);
  }

  gone(link: Link): void {
    if (this.#receivers.get(link.remote.id)?.link === link) this.#receivers.delete(link.remote.id);
  }

  send(): void {
    if (this.#isClosed) return;
    const day = PairKeys.dayOf(this.#o.clock.wallMs());
    let isLeft = false;
    for (const receiver of this.#receivers.values()) if (!this.#sendTo(receiver, day)) isLeft = true;
    if (isLeft) this.#arm(RETRY_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#dayTimer.cancel();
    this.#retry?.cancel();
    this.#receivers.clear();
  }

  #arm(delayMs: number): void {
    if (this.#isClosed || this.#retry !== undefined) return;
    this.#retry = this.#o.clock.after(delayMs, () => {
      this.#retry = undefined;
      this.send();
    });
  }

  /** Whether keys of a new day are due, or the node's right to report for its host has changed. */
  #isDue({ nodeId, day: sentDay }: Receiver, day: number): boolean {
    return this.#routing.mayReport(nodeId) ? sentDay !== day : !Number.isNaN(sentDay);
  }

  /** Sends the receiver its rows. False: its link is full, so the caller tries again. */
  #sendTo(receiver: Receiver, day: number): boolean {
    const { hostId } = receiver;
    if (!this.#routing.mayReport(receiver.nodeId)) return this.#withdraw(receiver);
    const heldVersion = receiver.day === day ? receiver.version : 0;
    const { version, since, rows } = this.#routing.rows(hostId, heldVersion);
    // A first message without rows informs a host that it is alone; a later empty message is not sent.
    if (rows.length === 0 && receiver.day === day) return true;
    const wireRows = rows.map((row) => this.#rowToWire(hostId, row, day));
    if (!post(receiver.link, note.routes, { version, since, rows: wireRows, centreEpoch: this.#o.terms.epoch }))
      return false;
    receiver.version = version;
    receiver.day = day;
    return true;
  }

  /** Withdraws rows from a node that may no longer report for its host, because rows carry keys of pairs. */
  #withdraw(receiver: Receiver): boolean {
    if (Number.isNaN(receiver.day)) return true;
    const { version } = receiver;
    if (!post(receiver.link, note.routes, { version, since: 0, rows: [], centreEpoch: this.#o.terms.epoch }))
      return false;
    receiver.version = 0;
    receiver.day = Number.NaN;
    return true;
  }

  #rowToWire(hostId: string, row: RouteRow, day: number): wire.RouteRow.$Properties {
    return {
      toHostId: row.toHostId,
      primaryVia: row.primaryVia,
      hasStandby: row.standbyVia !== undefined,
      standbyVia: row.standbyVia ?? '',
      inUse: row.inUse,
      pairKey: row.isGone ? new Uint8Array(0) : this.#keys.key(hostId, row.toHostId, day),
    };
  }
}

function reportFrom(sample: wire.LinkSample.$Properties): LinkReport {
  return {
    toHostId: sample.toHostId ?? '',
    rttMs: sample.rttMs ?? 0,
    onewayChangeMs: sample.onewayChangeMs ?? 0,
    jitterMs: sample.jitterMs ?? 0,
    lossFast: sample.lossFast ?? 0,
    lossSlow: sample.lossSlow ?? 0,
    slowProbes: sample.slowProbes ?? 0,
    isSilent: sample.silent ?? false,
  };
}

function flipFrom(flip: wire.PathFlip.$Properties): HostFlip {
  const { toHostId, via, reason } = flip;
  return { toHostId: toHostId ?? '', via: via ?? '', reason: (reason ?? '').slice(0, 64) };
}
