// Wire messages <-> the centre's own types. Everything that comes in is checked here: REQUEST_INVALID names the field.
import { isFence, isNodeId, isPoint, isRecordingId, limits, partsOfRoomKey, type wire } from '@meridian/protocol';
import { check } from '../../base/checks.ts';
import type { PlaceAnswer } from '../../centre/centre.ts';
import type {
  Address,
  ConfigValue,
  NodeDescription,
  NodeReport,
  RecordingHeld,
  ReportedLoad,
  RoomHeld,
  SentTo,
} from '../../fleet/core/node.ts';
import type { Location } from '../../locating/core/location.ts';
import type { LeaseAnswer } from '../../owning/ownership.ts';
import type { Placing } from '../../placing/placing.ts';
import { RECORDINGS_LISTED_MAX, SLOTS_MAX } from '../../recording/core/types.ts';
import type { Plan } from '../../routing/core/plan.ts';

const ADDRESSES_MAX = 32;
const IDS_PER_ROOM_MAX = limits.sessionsPerNodeMax;
const CONFIRMED_MAX = 10_000; // the node agent's own limit of confirmed decisions in a report
const nodeStates = ['starting', 'serving', 'draining', 'failing'];

/** Throws REQUEST_INVALID. */
export function descriptionFrom(node: wire.NodeDescription.$Properties | null | undefined): NodeDescription {
  const { nodeId, kind, region, city, hostId, latitude, longitude, incarnation } = present(node, 'node');
  check(isNodeId(text(nodeId)) && isNodeId(text(kind)) && isNodeId(text(region)), 'node_id, kind or region');
  check(isNodeId(text(hostId)), 'host_id');
  check(isShort(text(city)), 'city');
  check(/^[A-Za-z0-9_-]{1,64}$/.test(text(incarnation)), 'incarnation');
  const point = { latitude: latitude ?? Number.NaN, longitude: longitude ?? Number.NaN };
  check(isPoint(point), 'latitude or longitude');
  const addresses = node?.addresses ?? [];
  check(addresses.length <= ADDRESSES_MAX, 'addresses');
  check(isShort(text(node?.publicUrl), 512), 'public_url');
  const { capacity, versions } = present(node, 'node');
  return {
    nodeId: text(nodeId),
    kind: text(kind),
    region: text(region),
    city: text(city),
    hostId: text(hostId),
    ...point,
    addresses: addresses.map(addressFrom),
    capacity: {
      sessions: amount(capacity?.sessions, 'capacity.sessions'),
      consumers: amount(capacity?.consumers, 'capacity.consumers'),
      bandwidthBps: amount(capacity?.bandwidthBps, 'capacity.bandwidth_bps'),
      cpuCores: amount(capacity?.cpuCores, 'capacity.cpu_cores'),
    },
    versions: {
      software: text(versions?.software).slice(0, 64),
      protocol: amount(versions?.protocol, 'versions.protocol'),
      router: amount(versions?.router, 'versions.router'),
    },
    incarnation: text(incarnation),
    publicUrl: text(node?.publicUrl),
    takesSparsePlan: node?.sparsePlan === true,
    config: configFrom(node?.config ?? []),
  };
}

/** Throws REQUEST_INVALID, also for figures that are not numbers. */
export function loadFrom(load: wire.Load.$Properties | null | undefined): ReportedLoad {
  const diskBytes = amount(load?.diskBytes, 'load.disk_bytes');
  return {
    cpu: amount(load?.cpu, 'load.cpu'),
    txBps: amount(load?.txBps, 'load.tx_bps'),
    rxBps: amount(load?.rxBps, 'load.rx_bps'),
    sessions: amount(load?.sessions, 'load.sessions'),
    secondHomes: amount(load?.secondHomes, 'load.second_homes'),
    producers: amount(load?.producers, 'load.producers'),
    consumers: amount(load?.consumers, 'load.consumers'),
    loopLagMsP99: amount(load?.loopLagMsP99, 'load.loop_lag_ms_p99'),
    rssBytes: amount(load?.rssBytes, 'load.rss_bytes'),
    transcodeMillicores: amount(load?.transcodeMillicores, 'load.transcode_millicores'),
    transcodeMillicoresUsed: amount(load?.transcodeMillicoresUsed, 'load.transcode_millicores_used'),
    recordSlots: amount(load?.recordSlots, 'load.record_slots'),
    recordSlotsUsed: amount(load?.recordSlotsUsed, 'load.record_slots_used'),
    recordings: recordingsFrom(load?.recordings ?? []),
    diskBytes,
    diskFreeBytes: Math.min(diskBytes, amount(load?.diskFreeBytes, 'load.disk_free_bytes')),
    ...(load?.sent && { sent: sentFrom(load.sent.rows ?? []) }),
  };
}

/** Throws REQUEST_INVALID. */
export function roomsFrom(rooms: readonly wire.RoomHeld.$Properties[] | null | undefined): RoomHeld[] {
  check((rooms ?? []).length <= limits.roomsPerNodeMax, 'rooms');
  return (rooms ?? []).map((room) => {
    const roomHeld = {
      roomKey: text(room.roomKey),
      epoch: amount(room.epoch, 'room.epoch'),
      ownerId: text(room.ownerId),
      sessionIds: room.sessionIds ?? [],
      decisionIds: room.decisionIds ?? [],
    };
    check(partsOfRoomKey(roomHeld.roomKey) !== undefined, 'room.room_key');
    check(roomHeld.ownerId === '' || isNodeId(roomHeld.ownerId), 'room.owner_id');
    check(
      roomHeld.sessionIds.length <= IDS_PER_ROOM_MAX && roomHeld.sessionIds.every((id) => isShort(id)),
      'room.session_ids',
    );
    const { fence } = room;
    check(isFence(fence ?? ''), 'room.fence');
    const decisions = roomHeld.decisionIds.filter((id) => id !== '');
    check(decisions.length <= IDS_PER_ROOM_MAX && decisions.every((id) => isShort(id)), 'room.decision_ids');
    return { ...roomHeld, decisionIds: decisions, ...(typeof fence === 'string' ? { fence } : {}) };
  });
}

/** Throws REQUEST_INVALID. */
export function reportFrom(report: wire.Report): { report: NodeReport; confirmedDecisionIds: string[] } {
  check(nodeStates.includes(report.state), 'state');
  check(report.roomsGone.length <= limits.roomsPerNodeMax, 'rooms_gone');
  check(report.confirmedDecisionIds.length <= CONFIRMED_MAX, 'confirmed_decision_ids');
  return {
    report: {
      incarnation: report.incarnation,
      load: loadFrom(report.load),
      sessionCount: report.sessionCount,
      sessionHash: report.sessionHash >>> 0,
      decisionHash: report.decisionHash ?? undefined,
      roomsChanged: roomsFrom(report.roomsChanged),
      roomsGone: report.roomsGone,
      state: report.state,
      isLeaving: report.leaving,
    },
    confirmedDecisionIds: report.confirmedDecisionIds,
  };
}

export function planToWire(plan: Plan, by: { epoch: number; centre: { incarnation: string } }): wire.Plan.$Properties {
  return {
    version: plan.version,
    since: plan.since,
    goneNodeIds: [...plan.goneIds],
    centreIncarnation: by.centre.incarnation,
    centreEpoch: by.epoch,
    nodes: plan.nodes.map(({ description, state }) => ({
      nodeId: description.nodeId,
      kind: description.kind,
      region: description.region,
      city: description.city,
      hostId: description.hostId,
      latitude: description.latitude,
      longitude: description.longitude,
      addresses: description.addresses.map((address) => ({ ...address })),
      incarnation: description.incarnation,
      publicUrl: description.publicUrl,
      state,
    })),
    paths: plan.paths.map((path) => ({ ...path })),
    pathChanges: plan.arePathsChanges,
    gonePaths: plan.gonePaths.map(({ a, b }) => ({ a, b })),
    deniedIds: [...plan.deniedIds],
  };
}

export function leaseToWire({ lease, expiresInMs, created, nodeIds }: LeaseAnswer): wire.RoomLease.$Properties {
  const { roomKey, ownerId, epoch } = lease;
  return { roomKey, ownerId, epoch, expiresInMs, created, nodeIds: [...nodeIds] };
}

export function locationToWire(location: Location): wire.Location.$Properties {
  return { ...location };
}

export function placeToWire(answer: PlaceAnswer): wire.PlaceReply.$Properties {
  const { record, lease } = answer;
  const { decision } = record;
  return {
    ok: decision.ok,
    decisionId: record.decisionId,
    nodeId: decision.ok ? decision.nodeId : '',
    location: locationToWire(record.location),
    lease: lease === undefined ? null : leaseToWire(lease),
    mode: decision.mode,
    code: decision.ok ? '' : decision.code,
    retryAfterMs: answer.retryAfterMs,
    reasons: [...record.reasons],
    regionEpoch: answer.regionEpoch,
  };
}

/** Throws DECISION_UNKNOWN. */
export function explainLocally(placing: Placing, ask: wire.ExplainDecision): wire.DecisionExplained.$Properties {
  const { record, explanation } = placing.explainToSession(ask.decisionId, ask.sessionId);
  return {
    nodeId: record.decision.ok ? record.decision.nodeId : '',
    scores: explanation.scores.map((row) => ({ ...row, parts: [...row.parts] })),
    rejections: [...explanation.rejections],
    reasons: [...explanation.reasons],
  };
}

/** Returns the answer to a join that the gate has refused without a decision; mode and reason show it. */
export function turnedAwayToWire(o: { retryAfterMs: number; words: string }): wire.PlaceReply.$Properties {
  return { ok: false, code: 'OVERLOADED', mode: 'overloaded', retryAfterMs: o.retryAfterMs, reasons: [o.words] };
}

/** Drops values beyond the bounds: they are only for display, and no reason to refuse a node. */
function configFrom(values: readonly wire.ConfigValue.$Properties[]): ConfigValue[] {
  return values.slice(0, limits.configValuesMax).flatMap(({ key, value }) => {
    const isKey = text(key) !== '' && isShort(text(key), limits.configKeyCharactersMax);
    return isKey ? [{ key: text(key), value: text(value).slice(0, limits.configValueCharactersMax) }] : [];
  });
}

/** Drops invalid rows, and rows beyond the largest number of nodes: no session depends on them. */
function sentFrom(rows: readonly wire.SentTo.$Properties[]): SentTo[] {
  return rows.slice(0, limits.nodesMax).flatMap(({ nodeId, bps }) => {
    const row = { nodeId: text(nodeId), bps: bps ?? 0 };
    return isNodeId(row.nodeId) && Number.isFinite(row.bps) && row.bps >= 0 ? [row] : [];
  });
}

function recordingsFrom(listed: readonly wire.RecordingHeld.$Properties[]): RecordingHeld[] {
  check(listed.length <= RECORDINGS_LISTED_MAX, 'load.recordings');
  return listed.map((recording) => {
    const recordingHeld = {
      roomKey: text(recording.roomKey),
      recordingId: text(recording.recordingId),
      slots: amount(recording.slots, 'load.recordings.slots'),
    };
    check(
      partsOfRoomKey(recordingHeld.roomKey) !== undefined && isRecordingId(recordingHeld.recordingId),
      'load.recordings',
    );
    check(recordingHeld.slots >= 1 && recordingHeld.slots <= SLOTS_MAX, 'load.recordings.slots');
    return recordingHeld;
  });
}

function addressFrom(address: wire.Address.$Properties): Address {
  const parsedAddress = {
    purpose: text(address.purpose),
    protocol: text(address.protocol),
    ip: text(address.ip),
    announced: text(address.announced),
    port: amount(address.port, 'address.port'),
  };
  check(isShort(parsedAddress.purpose, 16) && isShort(parsedAddress.protocol, 16), 'address.purpose or protocol');
  check(
    isShort(parsedAddress.ip) && isShort(parsedAddress.announced, 253) && parsedAddress.port <= 65_535,
    'address.ip, announced or port',
  );
  return parsedAddress;
}

function present<T>(value: T | null | undefined, field: string): T {
  check(value !== null && value !== undefined, field);
  return value as T;
}

/** Returns a finite number from 0 on: NaN would pass every upper bound. */
function amount(value: number | null | undefined, field: string): number {
  const number = value ?? 0;
  check(Number.isFinite(number) && number >= 0, field);
  return number;
}

function text(value: string | null | undefined): string {
  return value ?? '';
}

function isShort(value: string, lengthMax = 64): boolean {
  return value.length <= lengthMax && !/\p{Cc}/u.test(value);
}
