// What happens to the sessions of the fed world, and what their signaling nodes would measure: figures by distance, by
// luck of each person's line, and by what is planted. Pure: time and randomness are given.
import { newId, type wire } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';

export interface FedSession {
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  /** Index into the world's rooms. */
  readonly room: number;
  readonly roomKey: string;
  readonly place: number;
  readonly clientIp: string;
  /** Its line: what it loses and how unsteady it is, whatever the distance. */
  readonly line: { readonly loss: number; readonly jitterMs: number };
  readonly joinedWallMs: number;
  readonly hasCamera: boolean;
  isMuted: boolean;
  /** Index into the world's hosts. */
  host: number;
  decisionId: string;
  /** As the centre says of its address. */
  location: wire.Location.$Properties;
  /** Its facts are to be sent with the next record. */
  isNew: boolean;
}

/** Of 100 people so many have such a line: an assumption, so that a map has all colours. */
const LINES = [
  { share: 80, loss: 0.001, jitterMs: 3 },
  { share: 12, loss: 0.01, jitterMs: 12 },
  { share: 6, loss: 0.03, jitterMs: 25 },
  { share: 2, loss: 0.12, jitterMs: 60 },
] as const;
const NAMES = ['Ada', 'Ben', 'Chen Wei', 'Dara', 'Elif', 'Femi', 'Gita', 'Hugo', 'Ines', 'Jun', '李娜', 'Lars'];

/** One that is about to join; its node is not known yet. */
export function newSession(
  o: { room: number; tenant: string; place: number; clientIp: string; number: number; wallMs: number },
  rng: Rng,
): FedSession {
  let roll = rng.next() * LINES.reduce((sum, { share }) => sum + share, 0);
  const line = LINES.find(({ share }) => {
    roll -= share;
    return roll < 0;
  });
  const { loss, jitterMs } = line ?? LINES[0];
  return {
    id: newId('PA_', (count) => rng.bytes(count)),
    identity: `person-${o.number}`,
    name: `${NAMES[o.number % NAMES.length]} ${o.number}`,
    room: o.room,
    roomKey: `${o.tenant}/room-${o.room}`,
    place: o.place,
    clientIp: o.clientIp,
    line: { loss: loss * (0.5 + rng.next()), jitterMs: jitterMs * (0.5 + rng.next()) },
    joinedWallMs: o.wallMs,
    hasCamera: rng.next() < 0.7,
    isMuted: rng.next() < 0.5,
    host: -1,
    decisionId: '',
    location: {},
    isNew: true,
  };
}

export interface Around {
  readonly wallMs: number;
  readonly periodMs: number;
  readonly nodeId: string;
  readonly fromNodeIds: readonly string[];
  readonly accessRttMs: number;
  /** What was lost of the worst path on which it receives, for what is planted: 0 … 1, of the period. */
  readonly plantedLoss: number;
}

/** A share of packets lost becomes frozen pictures above this; the rest is repaired by retransmission. */
const REPAIRED_LOSS = 0.02;

export function recordOf(session: FedSession, o: Around, rng: Rng): wire.QualityRecord.$Properties {
  const wobble = 0.9 + 0.2 * rng.next();
  const inboundLoss = Math.min(1, session.line.loss * wobble + o.plantedLoss);
  const freezeMs = Math.round(Math.min(1, Math.max(0, inboundLoss - REPAIRED_LOSS)) * o.periodMs * wobble);
  const sends = session.hasCamera;
  return {
    sessionId: session.id,
    wallMs: o.wallMs,
    periodMs: o.periodMs,
    nodeId: o.nodeId,
    fromNodeIds: [...o.fromNodeIds],
    source: 'client',
    rttMs: o.accessRttMs * wobble,
    outboundLoss: session.line.loss * wobble,
    inboundLoss,
    jitterMs: session.line.jitterMs * wobble,
    freezeCount: Math.ceil(freezeMs / 500),
    freezeMs,
    sentBps: sends ? 1_200_000 * wobble : 32_000,
    receivedBps: 1_500_000 * wobble * (1 - inboundLoss),
    availableBps: 3_000_000 * wobble,
    sentHeight: sends ? 720 : 0,
    receivedHeight: inboundLoss > 0.05 ? 180 : 720,
    receivedFps: 30 * (1 - inboundLoss),
    concealed: Math.max(0, inboundLoss - 0.01),
    layer: inboundLoss > 0.05 ? 0 : 2,
    layerSwitches: inboundLoss > 0.05 ? 1 : 0,
  };
}

const DEVICES = ['MacBook Pro', 'ThinkPad', 'iPhone', 'Pixel', ''] as const;
const NETWORKS = ['wifi', 'cellular', 'ethernet', ''] as const;

export function factsOf(session: FedSession, sid: string, signalingId: string): wire.SessionFacts.$Properties {
  const { location } = session;
  const number = Number(session.identity.slice('person-'.length));
  return {
    sessionId: session.id,
    roomKey: session.roomKey,
    sid,
    identity: session.identity,
    name: session.name,
    protocol: 'webrtc',
    joinedWallMs: session.joinedWallMs,
    signalingId,
    decisionId: session.decisionId,
    sdk: 'sdk-web/lab',
    device: DEVICES[number % DEVICES.length] ?? '',
    transport: number % 20 === 0 ? 'tcp' : 'udp',
    network: NETWORKS[number % NETWORKS.length] ?? '',
    place: location.label ?? '',
    countryCode: location.countryCode ?? '',
    latitude: tenth(location.latitude ?? 0),
    longitude: tenth(location.longitude ?? 0),
  };
}

const tenth = (degrees: number): number => Math.round(degrees * 10) / 10;

/** The same for both directions: the smaller name first, as the console names links. */
export const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
