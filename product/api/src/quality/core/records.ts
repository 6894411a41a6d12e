// Converts quality messages into rows. Impossible numbers are clipped; non-numbers and old records are dropped.
import {
  isDecisionId,
  isNodeId,
  isSessionId,
  partsOfRoomKey,
  plainText,
  qualityOf,
  type Strength,
  strengthOf,
  type wire,
} from '@meridian/protocol';
import type { PeriodRow } from './period.ts';

export const strengthCodes: Readonly<Record<Strength, number>> = { unknown: 0, weak: 1, medium: 2, strong: 3 };
export const strengthOfCode = (code: number): Strength =>
  (['unknown', 'weak', 'medium', 'strong'] as const)[code] ?? 'unknown';
/** Codes of the measuring side: the client's measurement takes precedence over the media node's. */
export const sourceCodes = { '': 0, sfu: 1, client: 2 } as const;
export const sourceOfCode = (code: number): string => (['', 'sfu', 'client'] as const)[code] ?? '';

/** Limit of age: older records would change minutes that were rolled up long ago. */
const LATE_MS_MAX = 3_600_000;
/** Longest period: six records, which a delayed signaling node joins. */
const PERIOD_MS_MAX = 60_000;
/** Limit of a round trip; for the E-model, a minute is as bad as a day. */
const RTT_MS_MAX = 60_000;
const JITTER_MS_MAX = 10_000;
const BPS_MAX = 2_000_000_000;
const HEIGHT_MAX = 32_768;
const FPS_MAX = 1000;
const LAYER_MAX = 7;
const COUNT_MAX = 100_000;
const PICTURES_MAX = 100;
/** Limit of nodes; even a session of 300 publishers receives from fewer. */
const FROM_NODES_MAX = 32;
const TEXT_MAX = 128;
const SID = /^RM_[A-Za-z0-9]{1,64}$/;
const COUNTRY = /^[A-Z]{2}$/;
const KIND = /^[a-z]{1,24}$/;

export type PeriodFigures = Omit<PeriodRow, 'session'>;

export interface Latest {
  readonly lastMs: number;
  readonly periodMs: number;
  readonly nodeId: string;
  readonly fromNodes: string;
  readonly strength: number;
  readonly rttUs: number;
  readonly lossPpm: number;
  readonly freezePpm: number;
}
export interface ValidRecord {
  readonly sessionId: string;
  readonly figures: PeriodFigures;
  readonly latest: Latest;
}

export interface ValidFacts {
  readonly sessionId: string;
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly identity: string;
  readonly name: string;
  readonly protocol: string;
  readonly joinedMs: number;
  readonly signalingId: string;
  readonly decisionId: string;
  readonly sdk: string;
  readonly device: string;
  readonly transport: string;
  readonly network: string;
  readonly place: string;
  readonly countryCode: string;
  readonly latitudeTenths: number;
  readonly longitudeTenths: number;
}

export interface ValidEvent {
  readonly sessionId: string;
  readonly atMs: number;
  readonly kind: string;
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly decisionId: string;
}

/** Returns a time by this clock, at most now; undefined if it is too old or invalid. `aheadMs`: from `aheadOf`. */
export function timeOf(wallMs: unknown, nowMs: number, aheadMs: number): number | undefined {
  if (typeof wallMs !== 'number' || !Number.isFinite(wallMs)) return undefined;
  const atMs = Math.min(Math.round(wallMs - aheadMs), nowMs);
  return atMs < nowMs - LATE_MS_MAX ? undefined : atMs;
}

/** Limit beyond which the sender's clock is ignored, so that its times become now. */
const AHEAD_MS_MAX = 86_400_000;

/** Returns how far a message is ahead of this clock. Subtracting this from all its times keeps their distances. */
export function aheadOf(times: readonly unknown[], nowMs: number): number {
  const latest = times.reduce<number>(
    (max, time) => (typeof time === 'number' && time - nowMs <= AHEAD_MS_MAX ? Math.max(max, time) : max),
    nowMs,
  );
  return latest - nowMs;
}

const numbers = [
  ...(['rttMs', 'outboundLoss', 'inboundLoss', 'jitterMs', 'freezeCount', 'freezeMs', 'sentBps'] as const),
  ...(['receivedBps', 'availableBps', 'sentHeight', 'receivedHeight', 'receivedFps', 'concealed'] as const),
  ...(['layerSwitches', 'periodMs'] as const),
];

/** Returns undefined for a record without a session, or with impossible values. */
export function recordOf(
  record: wire.QualityRecord.$Properties,
  o: { nowMs: number; aheadMs: number },
): ValidRecord | undefined {
  const sessionId = record.sessionId ?? '';
  const atMs = timeOf(record.wallMs, o.nowMs, o.aheadMs);
  if (atMs === undefined || !isSessionId(sessionId)) return undefined;
  for (const name of numbers) if (!((record[name] ?? 0) >= 0 && Number.isFinite(record[name] ?? 0))) return undefined;
  const figures = figuresOf(record, atMs);
  if (figures === undefined) return undefined;
  const { period_ms: periodMs, rtt_us: rttUs, node_id: nodeId } = figures;
  const lossPpm = Math.max(figures.outbound_loss_ppm, figures.inbound_loss_ppm);
  const freezePpm = Math.round((Math.min(figures.freeze_ms, periodMs) / periodMs) * 1e6);
  const from = new Set((record.fromNodeIds ?? []).slice(0, FROM_NODES_MAX).filter((id) => id !== nodeId));
  const fromNodes = [...from].filter(isNodeId).join(' ');
  const strength = 3 * figures.strong + 2 * figures.medium + figures.weak;
  return {
    sessionId,
    figures,
    latest: { lastMs: atMs, periodMs, nodeId, fromNodes, strength, rttUs, lossPpm, freezePpm },
  };
}

function figuresOf(record: wire.QualityRecord.$Properties, atMs: number): PeriodFigures | undefined {
  const period_ms = wholeUpTo(record.periodMs, PERIOD_MS_MAX);
  if (period_ms === 0) return undefined;
  const source = record.source === 'client' ? sourceCodes.client : record.source === 'sfu' ? sourceCodes.sfu : 0;
  const measured = source === 0 ? {} : record;
  const { rttMs, outboundLoss, inboundLoss, jitterMs, freezeMs } = measured;
  const rtt_us = wholeUpTo((rttMs ?? 0) * 1000, RTT_MS_MAX * 1000);
  const jitter_us = wholeUpTo((jitterMs ?? 0) * 1000, JITTER_MS_MAX * 1000);
  const outbound_loss_ppm = ppm(outboundLoss);
  const inbound_loss_ppm = ppm(inboundLoss);
  const freeze_ms = wholeUpTo(freezeMs, period_ms * PICTURES_MAX);
  const feltQuality = {
    rttMs: rtt_us / 1000,
    jitterMs: jitter_us / 1000,
    outboundLoss: outbound_loss_ppm / 1e6,
    inboundLoss: inbound_loss_ppm / 1e6,
    freezeMs: freeze_ms,
    periodMs: period_ms,
  };
  const strength: Strength = source === 0 ? 'unknown' : strengthOf(qualityOf(feltQuality));
  return {
    at_ms: atMs,
    period_ms,
    measured_ms: source === 0 ? 0 : period_ms,
    strong: Number(strength === 'strong'),
    medium: Number(strength === 'medium'),
    weak: Number(strength === 'weak'),
    unknown: Number(strength === 'unknown'),
    node_id: nodeOf(record.nodeId),
    source,
    rtt_us,
    jitter_us,
    outbound_loss_ppm,
    inbound_loss_ppm,
    concealed_ppm: ppm(measured.concealed),
    freeze_count: wholeUpTo(measured.freezeCount, COUNT_MAX),
    freeze_ms,
    sent_bps: wholeUpTo(measured.sentBps, BPS_MAX),
    received_bps: wholeUpTo(measured.receivedBps, BPS_MAX),
    available_bps: wholeUpTo(measured.availableBps, BPS_MAX),
    sent_height: wholeUpTo(measured.sentHeight, HEIGHT_MAX),
    received_height: wholeUpTo(measured.receivedHeight, HEIGHT_MAX),
    received_fps_tenths: wholeUpTo((measured.receivedFps ?? 0) * 10, FPS_MAX * 10),
    layer: source === 0 ? -1 : Math.max(-1, wholeUpTo(measured.layer, LAYER_MAX)),
    layer_switches: wholeUpTo(measured.layerSwitches, COUNT_MAX),
  };
}

/** Returns undefined without a session, or without a room of a tenant. */
export function factsOf(
  facts: wire.SessionFacts.$Properties,
  { nowMs, aheadMs }: { nowMs: number; aheadMs: number },
): ValidFacts | undefined {
  const parts = partsOfRoomKey(facts.roomKey ?? '');
  const sessionId = facts.sessionId ?? '';
  const sid = facts.sid ?? '';
  if (parts === undefined || !isSessionId(sessionId) || (sid !== '' && !SID.test(sid))) return undefined;
  const joined = Number.isFinite(facts.joinedWallMs) ? Math.round((facts.joinedWallMs ?? 0) - aheadMs) : 0;
  const decisionId = facts.decisionId ?? '';
  return {
    ...parts,
    sessionId,
    sid,
    identity: textOf(facts.identity),
    name: textOf(facts.name),
    protocol: textOf(facts.protocol),
    joinedMs: joined > nowMs - AGE_MS_MAX && joined < nowMs ? joined : nowMs,
    signalingId: nodeOf(facts.signalingId),
    decisionId: isDecisionId(decisionId) ? decisionId : '',
    sdk: textOf(facts.sdk),
    device: textOf(facts.device),
    transport: textOf(facts.transport),
    network: textOf(facts.network),
    ...placeOf(facts),
  };
}

const AGE_MS_MAX = 366 * 86_400_000;
const unknownPlace = { place: '', countryCode: '', latitudeTenths: 0, longitudeTenths: 0 };

function placeOf({
  place,
  countryCode,
  latitude = 0,
  longitude = 0,
}: wire.SessionFacts.$Properties): typeof unknownPlace {
  const [y, x] = [latitude ?? 0, longitude ?? 0];
  // Because of the negation, NaN fails as well.
  if (!place || !(Math.abs(y) <= 90 && Math.abs(x) <= 180)) return unknownPlace;
  return {
    place: textOf(place),
    countryCode: COUNTRY.test(countryCode ?? '') ? (countryCode ?? '') : '',
    latitudeTenths: Math.round(y * 10),
    longitudeTenths: Math.round(x * 10),
  };
}

/** Returns undefined for an event without a session, of unknown kind, or too old. */
export function eventOf(
  event: wire.SessionEvent.$Properties,
  { nowMs, aheadMs }: { nowMs: number; aheadMs: number },
): ValidEvent | undefined {
  const sessionId = event.sessionId ?? '';
  const kind = event.kind ?? '';
  const atMs = timeOf(event.wallMs, nowMs, aheadMs);
  if (atMs === undefined || !isSessionId(sessionId) || !KIND.test(kind)) return undefined;
  const decisionId = event.decisionId ?? '';
  return {
    sessionId,
    atMs,
    kind,
    source: textOf(event.source),
    from: nodeOf(event.from),
    to: nodeOf(event.to),
    reason: textOf(event.reason),
    decisionId: isDecisionId(decisionId) ? decisionId : '',
  };
}

const textOf = (text: string | null | undefined): string =>
  text ? plainText(text.slice(0, 4 * TEXT_MAX), TEXT_MAX) : '';
const nodeOf = (id: string | null | undefined): string => (id && isNodeId(id) ? id : '');
const wholeUpTo = (value: number | null | undefined, max: number): number => Math.min(max, Math.round(value ?? 0)) || 0;
const ppm = (share: number | null | undefined): number => wholeUpTo((share ?? 0) * 1e6, 1e6);
