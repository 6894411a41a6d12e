// One placement from the request to the charge: locate, snapshot, decide, charge, remember. Nothing waits in between, so two requests
// never decide on the same free seat.
import { isSessionId, limits, MeridianError, newId, routerConstant } from '@meridian/protocol';
import { type Clock, type Logger, type Rng, seededRng } from '@meridian/runtime';
import { check, checkRoomKey, isName } from './checks.ts';
import type { Copy } from './copy.ts';
import type { DecisionLog, DecisionRecord } from './core/decision-log.ts';
import { type Explanation, explain } from './core/explain.ts';
import type { Ledger } from './core/ledger.ts';
import type { NodeDescription } from './core/node.ts';
import { place, placeSlice } from './core/place.ts';
import { policy } from './core/policy.ts';
import type { Snapshots } from './core/snapshot.ts';
import type { PlaceWish } from './core/view.ts';
import type { Locator } from './locate.ts';
import type { CentreMetrics } from './metrics.ts';

export interface PlaceAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly fromCity: string;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string;
}

export interface PlacingOptions {
  readonly ledger: Ledger;
  readonly decisions: DecisionLog;
  readonly snapshots: Snapshots;
  readonly locator: Locator;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
}

const AVOID_MAX = 64;

export class Placing {
  readonly #o: PlacingOptions;

  constructor(o: PlacingOptions) {
    this.#o = o;
  }

  /** The decision, charged and in the log (`waited`: what came before it, in words); `written` resolves when the charge would outlive us. Throws REQUEST_INVALID, CITY_UNKNOWN, and NO_CAPACITY when the ledger is full. */
  decide(ask: PlaceAsk, door: NodeDescription, waited = ''): { record: DecisionRecord; written: Promise<void> } {
    checkAsk(ask);
    const { clock, metrics, decisions } = this.#o;
    const startedMs = clock.nowMs();
    const record = { ...this.#decide(ask, door), waited };
    const written = this.#charge(record);
    decisions.add(record);
    metrics.decisionMs.observe(clock.nowMs() - startedMs);
    this.#tell(record);
    return { record, written };
  }

  /** Takes back a charge; only the instance that asked for it may (NOT_PERMITTED). Unknown ones are gone already. */
  release(decisionId: string, signalingId: string): void {
    const record = this.#o.decisions.get(decisionId);
    if (record !== undefined && record.signalingId !== signalingId) {
      throw new MeridianError('NOT_PERMITTED', 'the decision was made for another instance');
    }
    if (this.#o.ledger.release(decisionId) !== undefined) this.#o.copy.dropCharge(decisionId);
  }

  /** Undefined when the decision is not, or no longer, in the log. */
  explain(decisionId: string): { record: DecisionRecord; explanation: Explanation } | undefined {
    const record = this.#o.decisions.get(decisionId);
    if (record === undefined) return undefined;
    return { record, explanation: explain(record, policy, randOf(record.seed)) };
  }

  #decide(ask: PlaceAsk, door: NodeDescription): Omit<DecisionRecord, 'waited'> {
    const { locator, snapshots, clock, rng } = this.#o;
    const { location, reason } = locator.locate(ask, door);
    const want: PlaceWish = {
      roomKey: ask.roomKey,
      sessionId: ask.sessionId,
      location: { latitude: location.latitude, longitude: location.longitude },
      avoidNodeIds: ask.avoidNodeIds,
      regionPin: ask.regionPin,
      protocolVersion: door.versions.protocol,
      routerVersion: routerConstant.version,
    };
    const view = snapshots.take(ask.roomKey, clock.nowMs());
    const decisionId = newId('DE_', (count) => rng.bytes(count));
    return {
      decisionId,
      madeAtWallMs: clock.wallMs(),
      seed: decisionId,
      view: placeSlice(view, want, policy),
      want,
      decision: place(view, want, policy, randOf(decisionId)),
      location,
      locationReason: reason,
      signalingId: door.nodeId,
    };
  }

  /** The charge is made before anybody hears of the decision. */
  #charge({ decision, decisionId, want: { roomKey, sessionId } }: DecisionRecord): Promise<void> {
    if (!decision.ok) return Promise.resolve();
    const { ledger, copy, clock } = this.#o;
    const expiresAtMs = clock.nowMs() + limits.decisionConfirmMs;
    const charge = { decisionId, nodeId: decision.nodeId, roomKey, sessionId, expiresAtMs };
    const { ok, dropped } = ledger.assume(charge);
    if (!ok) throw new MeridianError('NO_CAPACITY', 'the ledger of charges is full');
    if (dropped !== undefined) copy.dropCharge(dropped.decisionId);
    return copy.saveCharge({ ...charge, state: 'assumed' });
  }

  #tell({ decision, decisionId, want: { roomKey, sessionId }, location }: DecisionRecord): void {
    const { metrics, log } = this.#o;
    const outcome = decision.ok ? 'placed' : decision.code;
    metrics.placements.inc({ outcome, mode: decision.mode });
    metrics.located.inc({ source: location.source });
    for (const rejection of decision.rejections) metrics.rejections.inc({ filter: rejection.filter });
    const nodeId = decision.ok ? decision.nodeId : undefined;
    log.info({ decisionId, roomKey, sessionId, outcome, nodeId, place: location.label }, 'placement');
  }
}

function randOf(seed: string): () => number {
  const rng = seededRng(seed);
  return () => rng.next();
}

function checkAsk(ask: PlaceAsk): void {
  checkRoomKey(ask.roomKey);
  check(isSessionId(ask.sessionId), 'session_id');
  check(ask.avoidNodeIds.length <= AVOID_MAX, 'avoid_node_ids');
  check(ask.regionPin === '' || isName(ask.regionPin), 'region_pin');
}
