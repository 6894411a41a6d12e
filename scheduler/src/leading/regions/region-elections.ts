// The leader's view of the placing processes of regions: a candidate in the election of every region that ever had an
// instance. All other regions are the leader's without a lease. The process has a single `RegionElections`, with the
// candidates of the present term.
import { MeridianError, nodeKind } from '@meridian/protocol';
import {
  type Clock,
  type KeyValue,
  type Link,
  type Logger,
  prefixedKeyValue,
  type Rng,
  type Timer,
} from '@meridian/runtime';
import type { CentreMetrics } from '../../base/metrics.ts';
import type { Centre } from '../../centre/centre.ts';
import { Copy } from '../../copying/copy.ts';
import { kvStore } from '../../copying/kv-store.ts';
import type { Charged, RegionsPort } from '../../placing/charging.ts';
import type { Placed } from '../../placing/placing.ts';
import { LEADER_KEY } from '../election.ts';
import type { RegionPlacer } from './region-candidate.ts';
import { RegionCandidate } from './region-candidate.ts';

const TICK_MS = 200;
/** Returns the key prefix of a region's lease and of its instance's copy. */
export const regionPrefix = (region: string): string => `region/${region}/`;
/** Longest wait for reading the charges of a departed instance, whose nodes report the outcome within a second. */
const RESTORE_MS_MAX = 500;

export interface RegionElectionsOptions {
  readonly kv: KeyValue;
  readonly id: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  centre(): Centre;
  chargeAt(link: Link, record: Placed): Promise<Charged>;
  onChange(placer: RegionPlacer): void;
}

export class RegionElections implements RegionsPort {
  readonly ownRegion = '';
  readonly #o: RegionElectionsOptions;
  readonly #candidates = new Map<string, RegionCandidate>();
  /** Regions that were looked up and never had an instance, so they have no lease. */
  readonly #withoutInstance = new Set<string>();
  #lookedUpVersion = -1; // version of the plan when regions were last looked up
  #lookUpRunning: Promise<void> | undefined;
  #timer: Timer | undefined;
  #isTicking = false;

  constructor(o: RegionElectionsOptions) {
    this.#o = o;
  }

  begin(): void {
    this.#timer ??= this.#o.clock.every(TICK_MS, () => void this.#tick());
  }

  /** Ends the elections after this centre has led: gives the leases of regions back to the next leader. Idempotent. */
  async end(cause: string): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const candidates = [...this.#candidates.values()];
    this.#candidates.clear();
    this.#withoutInstance.clear();
    this.#lookedUpVersion = -1;
    this.#o.metrics.regionPlacers.reset();
    await Promise.all(candidates.map((candidate) => candidate.close(cause)));
  }

  ready(): Promise<void> | undefined {
    const { fleet } = this.#o.centre();
    if (fleet.planVersion === this.#lookedUpVersion) return undefined;
    const missing = this.#uncheckedRegions();
    if (missing.length > 0) return this.#lookUp(missing);
    this.#lookedUpVersion = fleet.planVersion;
    return undefined;
  }

  charge(record: Placed, region: string): Charged | Promise<Charged> {
    const candidate = this.#candidates.get(region);
    if (candidate === undefined)
      return this.#withoutInstance.has(region)
        ? chargedHere
        : { ok: false, why: 'nobody', reason: 'it is not known which process places there' };
    if (candidate.isOurs()) return { ok: true, regionEpoch: candidate.placer().epoch };
    const link = candidate.instance();
    if (link === undefined) return { ok: false, why: 'nobody', reason: 'no process places there just now' };
    return this.#o.chargeAt(link, record).then((charged) => {
      const outcome = charged.ok ? 'charged' : charged.why;
      this.#o.metrics.chargesElsewhere.inc({ outcome });
      return charged;
    });
  }

  /** Makes the leader keep out of an instance's region until the instance's lease lapses; resolves when it does. */
  async yieldTo(region: string, link: Link): Promise<void> {
    const { clock } = this.#o;
    let candidate = this.#candidates.get(region);
    if (candidate === undefined) {
      this.#withoutInstance.delete(region);
      candidate = this.#addCandidate(region);
    }
    candidate.leaseRequested(link, clock.nowMs());
    await candidate.tick();
  }

  instanceGone(region: string, link: Link): void {
    this.#candidates.get(region)?.instanceGone(link);
  }

  /** Takes note of a region's epoch that a node has obeyed: it shows that the region had an instance. */
  async noteEpoch(region: string, epoch: number, incarnation: string): Promise<void> {
    if (!Number.isSafeInteger(epoch) || epoch <= 0) return;
    let candidate = this.#candidates.get(region);
    if (candidate === undefined) {
      this.#withoutInstance.delete(region);
      candidate = this.#addCandidate(region);
      await candidate.noteEpoch(epoch, incarnation);
      await candidate.stand();
      return;
    }
    await candidate.noteEpoch(epoch, incarnation);
  }

  /** Returns undefined for a region without instances, which is the leader's. */
  placerOf(region: string): RegionPlacer | undefined {
    return this.#candidates.get(region)?.placer();
  }

  placers(): RegionPlacer[] {
    return [...this.#candidates.values()].map((candidate) => candidate.placer());
  }

  instanceOf(region: string): Link | undefined {
    return this.#candidates.get(region)?.instance();
  }

  #addCandidate(region: string): RegionCandidate {
    const { kv, onChange } = this.#o;
    const regionKv = prefixedKeyValue(kv, regionPrefix(region));
    const candidate = new RegionCandidate({
      ...this.#o,
      region,
      kv: regionKv,
      restore: () => this.#restore(regionKv),
      onChange: () => onChange(candidate.placer()),
    });
    this.#candidates.set(region, candidate);
    return candidate;
  }

  #uncheckedRegions(): string[] {
    const regions = new Set<string>();
    for (const { description } of this.#o.centre().fleet.list())
      if (description.kind === nodeKind.media) regions.add(description.region);
    return [...regions].filter((region) => !this.#candidates.has(region) && !this.#withoutInstance.has(region));
  }

  /** Looks up which of these regions have ever had an instance, a single look at a time. */
  #lookUp(regions: readonly string[]): Promise<void> {
    this.#lookUpRunning ??= this.#readFences(regions).finally(() => {
      this.#lookUpRunning = undefined;
    });
    return this.#lookUpRunning;
  }

  async #readFences(regions: readonly string[]): Promise<void> {
    const { kv } = this.#o;
    await Promise.all(
      regions.map(async (region) => {
        const fence = await kv.get(`${regionPrefix(region)}${LEADER_KEY}/fence`).catch((cause: unknown) => {
          throw new MeridianError('NOT_LEADER', 'the store does not say which process places where', { cause });
        });
        if (this.#candidates.has(region) || this.#timer === undefined) return;
        if (fence === undefined) this.#withoutInstance.add(region);
        else await this.#addCandidate(region).stand();
      }),
    );
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    const { metrics, log } = this.#o;
    try {
      await this.ready();
      await Promise.all([...this.#candidates.values()].map((candidate) => candidate.tick()));
      metrics.regionPlacers.reset();
      for (const { region, by } of this.placers()) metrics.regionPlacers.set({ region, by }, 1);
    } catch (error) {
      log.debug({ err: error }, 'which process places for which region could not be read');
    } finally {
      this.#isTicking = false;
    }
  }

  /** Restores unconfirmed charges of the region's last instance. */
  async #restore(regionStore: KeyValue): Promise<void> {
    const { clock, log, centre } = this.#o;
    const copy = new Copy({ store: kvStore(regionStore), clock, log, onFailure: () => undefined });
    const load = copy.load().then(
      ({ charges }) => {
        const { ledger } = centre();
        for (const charge of [...charges].sort((a, b) => a.expiresAtMs - b.expiresAtMs)) ledger.restore(charge);
      },
      (error: unknown) =>
        log.warn({ err: error }, 'the charges of the previous instance were not read; its nodes will report them'),
    );
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = clock.after(RESTORE_MS_MAX, resolve);
    });
    await Promise.race([load, late]);
    timer?.cancel();
  }
}

const chargedHere: Charged = { ok: true, regionEpoch: 0 };
