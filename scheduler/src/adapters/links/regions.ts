// The leader's links with instances of regions: sends them the world feed (leading/core/regions/world.ts), charges for
// them and through them, and asks them for their decisions.
import { call, errorInfoOf, MeridianError, note, post, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';
import type { CentreMetrics } from '../../base/metrics.ts';
import {
  type Delta,
  regionOfDecision,
  type WorldDelay,
  WorldLog,
  type WorldValue,
} from '../../leading/core/regions/index.ts';
import type { RegionElections } from '../../leading/regions/region-elections.ts';
import type { Terms } from '../../leading/terms.ts';
import type { Charged } from '../../placing/charging.ts';
import { chargeLocally } from '../../placing/charging.ts';
import type { Placed } from '../../placing/placing.ts';
import { chargeFromWire, chargeToWire, feedToWire } from './world-wire.ts';

/** Interval of the feed: an instance's data about other regions is at most this old, plus the time of transfer. */
const FEED_MS = 250;
/** Interval of sending leases and paths, which are compared one by one; a new lease is sent at once. */
const LEASES_AND_PATHS_MS = 1000;
/** Limit of values in a message, which with the largest rooms stays below the limit of a link. */
const VALUES_PER_MESSAGE = 200;
/** Longest wait for a charge: half of a signaling node's wait for a place; the rest is for a second decision. */
export const CHARGE_DEADLINE_MS = 800;
const DECISION_DEADLINE_MS = 2000;

export interface RegionLinksOptions {
  readonly terms: Terms;
  /** Undefined: this centre accepts no instances (it is a lone centre by configuration, or an instance itself). */
  readonly elections: RegionElections | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
}

interface Follower {
  readonly region: string;
  version: number;
}

type Serve = <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP) => void;

export class RegionLinks {
  readonly #o: RegionLinksOptions;
  readonly #followers = new Map<Link, Follower>();
  #log = new WorldLog();
  #logCentre: unknown;
  #leasesAndPathsAtMs = Number.NEGATIVE_INFINITY;
  readonly #timer: Timer | undefined;

  constructor(o: RegionLinksOptions) {
    this.#o = o;
    if (o.elections !== undefined) this.#timer = o.clock.every(FEED_MS, () => this.#send());
  }

  attach(link: Link, serve: Serve, checkSpeaker: () => void): void {
    const { elections } = this.#o;
    link.onClose(() => {
      this.#followers.delete(link);
      elections?.instanceGone(link.remote.region, link);
    });
    serve(rpc.followRegions, async ({ region }) => {
      checkSpeaker();
      if (elections === undefined)
        throw new MeridianError('KIND_NOT_PERMITTED', 'this centre takes no instances of regions');
      if (region !== link.remote.region)
        throw new MeridianError('IDENTITY_MISMATCH', `the certificate says ${link.remote.region}`);
      await elections.yieldTo(region, link);
      if (!link.closed && !this.#followers.has(link)) this.#followers.set(link, { region, version: 0 });
      const { terms } = this.#o;
      return { centreEpoch: terms.epoch, centreIncarnation: terms.centre.incarnation };
    });
    serve(rpc.charge, (message) => {
      checkSpeaker();
      return this.#charge(message);
    });
  }

  /** Sends a lease when it is granted, so that instances can place joins of its room at once. */
  lease(lease: { readonly roomKey: string; readonly ownerId: string; readonly epoch: number }): void {
    if (this.#followers.size === 0) return;
    const log = this.#currentLog();
    const versionBefore = log.version;
    log.lease(lease);
    if (log.version !== versionBefore) this.#sendAll();
  }

  /** Asks the instance to charge a decision made here. Never rejects. */
  async chargeAt(link: Link, record: Placed): Promise<Charged> {
    return askCharge(link, record, this.#o.log);
  }

  /** Returns the instance's view of its decision; undefined: the instance does not know the decision, or is silent. */
  async decisionAt(link: Link, decisionId: string): Promise<unknown> {
    try {
      const { json } = await call(link, rpc.decision, { decisionId }, { deadlineMs: DECISION_DEADLINE_MS });
      return json === '' ? undefined : (JSON.parse(json) as unknown);
    } catch (error) {
      this.#o.log.info(
        { decisionId, instance: link.remote.id, err: error },
        'the instance did not answer for its decision',
      );
      return undefined;
    }
  }

  /** Throws DECISION_UNKNOWN; CENTRE_UNREACHABLE when the instance is not linked here, or does not answer. */
  async explainAt(region: string, ask: wire.ExplainDecision): Promise<wire.DecisionExplained> {
    const { elections, log } = this.#o;
    if (elections === undefined) throw new MeridianError('DECISION_UNKNOWN');
    const link = elections.instanceOf(region);
    const unreachableText = `made by the instance of ${region}, which cannot be asked just now`;
    if (link === undefined) throw new MeridianError('CENTRE_UNREACHABLE', unreachableText);
    const { decisionId, sessionId } = ask;
    try {
      return await call(link, rpc.explainDecision, { decisionId, sessionId }, { deadlineMs: DECISION_DEADLINE_MS });
    } catch (cause) {
      const { code } = errorInfoOf(cause);
      log.info({ decisionId, instance: link.remote.id, code, err: cause }, 'the instance did not explain its decision');
      if (code === 'DECISION_UNKNOWN') throw new MeridianError(code, undefined, { cause });
      throw new MeridianError('CENTRE_UNREACHABLE', unreachableText, { cause });
    }
  }

  /** Returns stories from the deciding instances, without instances that are not linked or do not answer. */
  async storiesAt(decisionIds: readonly string[]): Promise<wire.DecisionStory.$Properties[]> {
    const { elections, log } = this.#o;
    const byRegion = Map.groupBy(decisionIds, (id) => regionOfDecision(id) ?? '');
    const requests = [...byRegion].map(async ([region, ids]) => {
      const link = elections?.instanceOf(region);
      if (link === undefined) return [];
      try {
        const { stories } = await call(
          link,
          rpc.decisionStories,
          { decisionIds: ids },
          { deadlineMs: DECISION_DEADLINE_MS },
        );
        return stories;
      } catch (error) {
        log.info({ region, instance: link.remote.id, err: error }, 'the instance did not explain its decisions');
        return [];
      }
    });
    return (await Promise.all(requests)).flat();
  }

  close(): void {
    this.#timer?.cancel();
    this.#followers.clear();
  }

  /** Charges, for the deciding instance, a node of the leader's own or of another instance's region. */
  async #charge(message: wire.ChargeRequest): Promise<wire.ChargeReply.$Properties> {
    const { terms, elections, clock, metrics, log } = this.#o;
    const region = terms.centre.fleet.get(message.nodeId)?.description.region;
    if (region === undefined || elections === undefined)
      return { ok: false, code: 'refused', reason: 'there is no such media node' };
    await elections.ready();
    const placer = elections.placerOf(region);
    if (placer === undefined || placer.by === 'leader') {
      const refusal = chargeLocally({ centre: terms.centre, copy: terms.copy, clock, log }, chargeFromWire(message));
      metrics.chargesForOthers.inc({ outcome: refusal === undefined ? 'charged' : 'refused' });
      if (refusal !== undefined) return { ok: false, code: 'refused', reason: refusal };
      return { ok: true, regionEpoch: placer?.epoch ?? 0 };
    }
    const link = elections.instanceOf(region);
    if (link === undefined) return { ok: false, code: 'nobody', reason: 'no process places there just now' };
    return call(link, rpc.charge, message, { deadlineMs: CHARGE_DEADLINE_MS });
  }

  /** Returns the log of this term: another term may know less than the last. */
  #currentLog(): WorldLog {
    const { centre } = this.#o.terms;
    if (this.#logCentre !== centre) {
      this.#logCentre = centre;
      this.#log = new WorldLog();
      this.#leasesAndPathsAtMs = Number.NEGATIVE_INFINITY;
      for (const follower of this.#followers.values()) follower.version = 0;
    }
    return this.#log;
  }

  #send(): void {
    const { terms, clock } = this.#o;
    if (this.#followers.size === 0 || !terms.mayDecide()) return;
    const log = this.#currentLog();
    const { centre } = terms;
    log.nodes(centre.fleet.list(), centre.denied.ids);
    const nowMs = clock.nowMs();
    if (nowMs - this.#leasesAndPathsAtMs >= LEASES_AND_PATHS_MS) {
      this.#leasesAndPathsAtMs = nowMs;
      log.leases(centre.leases.list().filter((lease) => centre.leases.isLive(lease, nowMs)));
      log.delays(this.#delays(nowMs));
    }
    this.#sendAll();
  }

  #sendAll(): void {
    const log = this.#currentLog();
    // Before the first comparison with the fleet there is no world to send.
    if (this.#leasesAndPathsAtMs === Number.NEGATIVE_INFINITY) return;
    for (const [link, follower] of this.#followers) {
      // An empty message is sent too: it reports that nothing has changed.
      const delta = log.since(follower.version);
      if (this.#sendDelta(link, delta)) follower.version = delta.version;
      else link.close('it does not read the world feed fast enough');
    }
  }

  /** Splits the delta into messages within the limit of a link. */
  #sendDelta(link: Link, { version, since, changed, gone }: Delta<WorldValue>): boolean {
    const values = [...changed];
    for (let from = 0; from === 0 || from < values.length; from += VALUES_PER_MESSAGE) {
      const part = {
        version,
        since,
        changed: new Map(values.slice(from, from + VALUES_PER_MESSAGE)),
        gone: from === 0 ? gone : [],
      };
      if (!post(link, note.worldFeed, feedToWire(part, from + VALUES_PER_MESSAGE < values.length))) return false;
    }
    return true;
  }

  /** Returns the delays between sites, each site represented by its first host, as in decisions. */
  #delays(nowMs: number): WorldDelay[] {
    const { placementIndex, routing } = this.#o.terms.centre;
    placementIndex.refresh(nowMs);
    const hostIds = placementIndex.sites.flatMap(({ hosts }) => hosts[0]?.hostId ?? []);
    const delays: WorldDelay[] = [];
    for (const fromHostId of hostIds) {
      for (const toHostId of hostIds) {
        const delayMs = fromHostId === toHostId ? 0 : routing.delayMs(fromHostId, toHostId);
        if (fromHostId === toHostId || !Number.isFinite(delayMs)) continue;
        delays.push({ fromHostId, toHostId, delayMs, rttMs: routing.rttMs(fromHostId, toHostId) });
      }
    }
    return delays;
  }
}

export async function askCharge(link: Link, record: Placed, log: Logger): Promise<Charged> {
  const { decisionId } = record;
  try {
    const answer = await call(link, rpc.charge, chargeToWire(record), { deadlineMs: CHARGE_DEADLINE_MS });
    if (answer.ok) return { ok: true, regionEpoch: answer.regionEpoch };
    return { ok: false, why: answer.code === 'nobody' ? 'nobody' : 'refused', reason: answer.reason };
  } catch (error) {
    const { code } = errorInfoOf(error);
    log.info(
      { decisionId, by: link.remote.id, code, err: error },
      'the other side of the link did not charge the decision',
    );
    if (code === 'NOT_LEADER') return { ok: false, why: 'nobody', reason: `${link.remote.id} places no more` };
    return { ok: false, why: 'unanswered', reason: `${link.remote.id} did not charge it (${code})` };
  }
}
