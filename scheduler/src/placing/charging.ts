// A decision and its charge, wherever the charge is kept. For a node of the own region, decision and charge are a
// single step. For a node of another region the charge is requested there, and a refused decision is made again without
// that node.
import { isInFence, isRoomMode, limits, MeridianError, nodeKind } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { check, checkRoomKey } from '../base/checks.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { NodeDescription } from '../fleet/core/node.ts';
import { chargeRefusal } from './core/charge-check.ts';
import type { Ledger } from './core/ledger.ts';
import type { PlacementIndex } from './core/placement-index.ts';
import { policy } from './core/policy.ts';
import type { RoomMode } from './core/view.ts';
import type { ChargeCopy, PlaceAsk, Placed, Placing } from './placing.ts';

/**
 * Result of a charge. For `refused`, `reason` is the filter; after `unanswered` the charge may exist, and lapses;
 * `nobody`: no process places there.
 */
export type Charged =
  | { readonly ok: true; readonly regionEpoch: number } // 0: for a region without instances
  | { readonly ok: false; readonly why: 'refused' | 'unanswered' | 'nobody'; readonly reason: string };

/** Processes that place for regions. Absent everywhere: this centre places for all. */
export interface RegionsPort {
  /** Region of this instance; '': a leader, which may place in every region without an instance. */
  readonly ownRegion: string;
  /** Undefined when every region's placing process is known; rejects with NOT_LEADER when it cannot be found out. */
  ready(): Promise<void> | undefined;
  /** Requests the charge from the process that places for the region; a charge in the own region exists already. */
  charge(record: Placed, region: string): Charged | Promise<Charged>;
}

/** Limit of decisions for a request: after two refusals of charges the third decision is the last. */
const DECISIONS_MAX = 3;

export interface ChargedDecision {
  readonly record: Placed;
  readonly regionEpoch: number;
}

/** Throws the errors of `decide`, and NOT_LEADER when no process places where the session would go. */
export async function decideCharged(o: {
  placing: Placing;
  regions: RegionsPort;
  ask: PlaceAsk;
  signalingNode(): NodeDescription;
  regionOf(nodeId: string): string;
  waited: string;
  log: Logger;
}): Promise<ChargedDecision> {
  const { placing, regions, regionOf } = o;
  let { waited } = o;
  let ask = copyOf(o.ask);
  await regions.ready();
  for (let count = 1; ; count += 1) {
    const record = placing.decide(ask, o.signalingNode(), waited);
    const { decision } = record;
    if (!decision.ok) return { record, regionEpoch: 0 };
    const region = regionOf(decision.nodeId);
    const answer = regions.charge(record, region);
    const charged = answer instanceof Promise ? await answer : answer;
    if (charged.ok) return { record, regionEpoch: charged.regionEpoch };
    placing.takeBack(record.decisionId);
    const words = `${decision.nodeId} in ${region} was not charged: ${wordsOfRefusal(charged)}`;
    const { why, reason } = charged;
    o.log.info(
      { decisionId: record.decisionId, nodeId: decision.nodeId, region, why, reason },
      'the decision was not charged in the region of its node; taken back',
    );
    const isAway = charged.why !== 'refused';
    // A leader has no other region as a fallback.
    if (isAway && (regions.ownRegion === '' || region === regions.ownRegion))
      throw new MeridianError('NOT_LEADER', words);
    if (count >= DECISIONS_MAX) throw new MeridianError('NO_CAPACITY', words);
    waited = waited === '' ? words : `${waited}; ${words}`;
    const isPinnable = isAway && ask.regionPin !== regions.ownRegion && isInFence(ask.regionPin, regions.ownRegion);
    ask = isPinnable
      ? { ...ask, regionPin: regions.ownRegion }
      : { ...ask, avoidNodeIds: [...ask.avoidNodeIds, decision.nodeId] };
  }
}

const filterNames = new Set([...policy.filters, ...policy.degradedFilters].map(({ name }) => name));

/** Clients see these words: for a refusal the filter's name, and no text that an operator may have written. */
function wordsOfRefusal({ why, reason }: Exclude<Charged, { ok: true }>): string {
  if (why === 'unanswered') return 'the process that places there did not answer';
  if (why === 'nobody') return 'no process places there just now';
  return filterNames.has(reason) ? reason : 'refused there';
}

/** Copies field by field: a message of the wire has its defaults in its prototype, which a spread loses. */
function copyOf(ask: PlaceAsk): PlaceAsk {
  const { roomKey, sessionId, person, clientIp, fromCity, avoidNodeIds, regionPin, echoTimes, mode } = ask;
  const { openerId, onHost, limits, priorProven, preferNodeId } = ask;
  const placeFields = { clientIp, fromCity, echoTimes, openerId, onHost, limits, priorProven, preferNodeId };
  type EveryField = { readonly [K in keyof Required<PlaceAsk>]: PlaceAsk[K] };
  // A missing field here does not compile.
  const allFields: EveryField = { roomKey, sessionId, person, avoidNodeIds, regionPin, mode, ...placeFields };
  return allFields as PlaceAsk;
}

export interface ChargeAsk {
  readonly decisionId: string;
  readonly nodeId: string;
  readonly roomKey: string;
  readonly sessionId: string;
  readonly accessRttMs: number;
  readonly mode: string;
  readonly protocolVersion: number;
}

const RTT_MS_MAX = 10_000;

/** Returns undefined, or the name of the refusing filter; its words are only logged. Throws REQUEST_INVALID. */
export function chargeLocally(
  {
    centre,
    copy,
    clock,
    log,
  }: {
    centre: { placementIndex: PlacementIndex; ledger: Ledger; fleet: Fleet };
    copy: ChargeCopy;
    clock: Clock;
    log: Logger;
  },
  ask: ChargeAsk,
): string | undefined {
  checkRoomKey(ask.roomKey);
  check(ask.decisionId !== '' && ask.decisionId.length <= 64, 'decision_id');
  check(isRoomMode(ask.mode), 'mode');
  check(ask.accessRttMs >= 0 && ask.accessRttMs <= RTT_MS_MAX, 'access_rtt_ms');
  const { placementIndex, ledger, fleet } = centre;
  const nowMs = clock.nowMs();
  placementIndex.refresh(nowMs);
  const slot = placementIndex.hostOfNode(ask.nodeId);
  const host = slot === undefined ? undefined : placementIndex.view(slot);
  const node = host?.nodes.find(({ nodeId }) => nodeId === ask.nodeId);
  if (host === undefined || node === undefined) return 'there is no such media node';
  if (ledger.get(ask.decisionId) !== undefined) return undefined; // a repeated request
  const holders = fleet.holdersOf(ask.roomKey, nodeKind.media);
  const firstHolder = holders[0] === undefined ? undefined : fleet.get(holders[0]);
  const { decisionId, nodeId, roomKey, sessionId, accessRttMs, mode, protocolVersion } = ask;
  const refusal = chargeRefusal({
    node,
    host,
    holders,
    routerVersion: firstHolder?.description.versions.router,
    freshShare: placementIndex.freshShare,
    want: {
      roomKey,
      sessionId,
      avoidNodeIds: [],
      regionPin: '',
      protocolVersion,
      mode: mode as RoomMode,
      location: node,
      routerVersion: firstHolder?.description.versions.router ?? node.routerVersion,
    },
    // The instance that decided has applied the soft limits: its decision may have been degraded.
    filters: policy.degradedFilters,
    nowMs,
  });
  if (refusal !== undefined) {
    const { filter, reason } = refusal;
    log.info({ decisionId, nodeId, filter, reason }, 'a charge of another centre was refused');
    return filter;
  }
  const charge = { decisionId, nodeId, roomKey, sessionId, accessRttMs, expiresAtMs: nowMs + limits.decisionConfirmMs };
  const { ok, dropped } = ledger.assume(charge);
  if (!ok) return 'the ledger of charges is full';
  if (dropped !== undefined) copy.dropCharge(dropped.decisionId);
  void copy.saveCharge({ ...charge, state: 'assumed' });
  return undefined;
}
