// Scripted answers for the console: a fleet, a room over four sites, good and bad sessions. A seeded generator makes
// the numbers, so that screenshots are reproducible.

import type {
  ConsoleNode,
  ConsolePerson,
  ConsoleRoom,
  PathSeen,
  RoomPlan,
  Strength,
  StrengthCounts,
} from '../console/types.ts';
import { storyNowMs } from './scripted-api.tsx';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Returns a generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const cities = [
  ['eu-central', 'Frankfurt', 'fra'],
  ['eu-west', 'London', 'lon'],
  ['eu-west', 'Paris', 'par'],
  ['eu-central', 'Warsaw', 'waw'],
  ['us-east', 'New York', 'nyc'],
  ['us-west', 'San Francisco', 'sfo'],
  ['sa-east', 'São Paulo', 'gru'],
  ['ap-southeast', 'Singapore', 'sgp'],
  ['ap-northeast', 'Tokyo', 'tyo'],
  ['ap-south', 'Mumbai', 'bom'],
  ['cn-north', 'Beijing', 'bjs'],
  ['cn-east', 'Shanghai', 'sha'],
] as const;
const kinds = ['sfu', 'sfu', 'sfu', 'sfu', 'signaling', 'signaling', 'gateway', 'recorder', 'api', 'edge-probe'];

/** Returns 120 nodes, most of them healthy. */
export function fleetNodes(): readonly ConsoleNode[] {
  const random = seededRandom(33);
  return Array.from({ length: 120 }, (_, at) => {
    const [region, city, short] = cities[at % cities.length] ?? cities[0];
    const kind = kinds[Math.floor(at / cities.length)] ?? 'sfu';
    const row = Math.floor(at / cities.length) + 1;
    const load = random() ** 1.4;
    const sessionsMax = kind === 'sfu' ? 1200 : kind === 'signaling' ? 4000 : kind === 'gateway' ? 300 : 0;
    return {
      nodeId: `${kind}-${short}-${row}`,
      kind,
      hostId: `host-${short}-${row}`,
      site: `${region}/${city}`,
      region,
      city,
      state: 'alive',
      isLinked: true,
      silentMs: Math.round(random() * 900),
      version: '1.42.0',
      cpu: 0.04 + load * 0.7,
      txBps: load * 3.4e9,
      rxBps: load * 1.1e9,
      sessions: Math.round(load * (sessionsMax === 0 ? 20 : sessionsMax) * 0.85),
      sessionsMax,
      rssBytes: 200e6 + load * 900e6,
      disk: { bytes: 500e9, freeBytes: 500e9 * (0.35 + random() * 0.4) },
      ...(kind === 'recorder' && { recordSlots: { all: 240, used: Math.round(load * 240) } }),
      loopLagMs: 2 + random() * 9,
      isCordoned: false,
      isDraining: false,
      isLeaving: false,
      certificateEndsAt: new Date(storyNowMs + (40 + random() * 50) * DAY_MS).toISOString(),
      ...(oddities[at] ?? {}),
    };
  });
}

const oddities: Readonly<Record<number, Partial<ConsoleNode>>> = {
  0: {
    isDraining: true,
    drainReason: 'kernel update',
    sessionsToMove: 214,
    sessions: 214,
    disk: { bytes: 500e9, freeBytes: 31e9 },
    configDrift: [
      {
        key: 'allowedOrigins',
        ownValue: `["https://meet.example.org","https://${'long.'.repeat(20)}org"]`,
        usualValue: 'null',
      },
      { key: 'downlinkControl', ownValue: 'false', usualValue: 'true' },
      { key: 'linkBudgetBps', ownValue: '250000000', usualValue: '1000000000' },
      { key: 'logLevel', ownValue: '"debug"', usualValue: '"info"' },
    ],
  },
  3: { disk: { bytes: 500e9, freeBytes: 9.2e9 } },
  7: { state: 'suspect', silentMs: 8200 },
  13: { isCordoned: true, cordonReason: 'packet loss on its uplink, ticket 4711' },
  20: { version: '1.41.3' },
  21: { version: '1.41.3', certificateEndsAt: new Date(storyNowMs + 9.4 * DAY_MS).toISOString() },
  34: { state: 'dead', silentMs: 412_000, isLinked: false, sessions: 0, cpu: 0, txBps: 0, rxBps: 0 },
  41: { cpu: 0.79, sessions: 1104 },
  58: { distrust: 'says 0 sessions, and 31 are known' },
};

const counts = (strong: number, medium: number, weak: number, unknown = 0): StrengthCounts => ({
  strong,
  medium,
  weak,
  unknown,
});

export const consoleRooms: readonly ConsoleRoom[] = [
  { tenant: 'example', room: 'all-hands', sid: 'RM_1', sessions: 412, nodes: 9, strength: counts(360, 38, 11, 3) },
  { tenant: 'example', room: 'quarter-review', sid: 'RM_q1', sessions: 14, nodes: 5, strength: counts(10, 2, 1, 1) },
  {
    tenant: 'clinic-nord',
    room: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
    sid: 'RM_3',
    sessions: 2,
    nodes: 1,
    strength: counts(2, 0, 0),
  },
  { tenant: '北方科技', room: '周会', sid: 'RM_4', sessions: 23, nodes: 3, strength: counts(19, 4, 0) },
  { tenant: 'example', room: 'stand-up', sid: 'RM_5', sessions: 6, nodes: 2, strength: counts(3, 2, 1) },
];

const people: readonly (readonly [string, string, string, string, Strength, number, number, number])[] = [
  ['Hana Nováková', 'Prague', 'CZ', 'sfu-fra-1', 'strong', 14, 0.001, 0],
  ['Jonas Weber', 'Lyon', 'FR', 'sfu-lon-2', 'weak', 88, 0.064, 0.07],
  ['李伟', 'Singapore', 'SG', 'sfu-sgp-1', 'strong', 9, 0, 0],
  ['Priya Raman', 'Mumbai', 'IN', 'sfu-bom-1', 'medium', 41, 0.018, 0.012],
  ['Dana Whitfield', 'New York', 'US', 'sfu-nyc-1', 'strong', 11, 0.002, 0],
  ['Tomás Herrera', 'London', 'GB', 'sfu-lon-2', 'strong', 8, 0, 0],
  ['Aiko Tanaka', 'Singapore', 'SG', 'sfu-sgp-1', 'strong', 16, 0.001, 0],
  ['Omar Farouk', '', '', 'sfu-fra-1', 'unknown', 0, 0, 0],
];

export const roomPeople: readonly ConsolePerson[] = people.map(
  ([name, place, countryCode, nodeId, strength, rttMs, loss, freezeShare], at) => ({
    sessionId: `PA_${at + 1}`,
    tenant: 'example',
    room: 'quarter-review',
    sid: 'RM_q1',
    identity: `user-${at + 1}`,
    name,
    protocol: at === 5 ? 'rtmp' : 'webrtc',
    nodeId,
    fromNodeIds: ['sfu-fra-1', 'sfu-lon-2', 'sfu-sgp-1'].filter((one) => one !== nodeId).slice(0, 2),
    place,
    countryCode,
    joinedAt: new Date(storyNowMs - (46 - at * 3) * MINUTE_MS).toISOString(),
    strength,
    ...(strength !== 'unknown' && { rttMs, loss, freezeShare }),
  }),
);

const siteOf: Readonly<Record<string, string>> = {
  fra: 'eu-central/Frankfurt',
  lon: 'eu-west/London',
  nyc: 'us-east/New York',
  sgp: 'ap-southeast/Singapore',
  bom: 'ap-south/Mumbai',
};
const path = (from: string, to: string, pathMs: number, via = ''): PathSeen => ({
  fromHostId: `host-${from}`,
  toHostId: `host-${to}`,
  fromSite: siteOf[from.slice(0, 3)] ?? '',
  toSite: siteOf[to.slice(0, 3)] ?? '',
  isReachable: true,
  via: via === '' ? '' : `host-${via}`,
  viaSite: siteOf[via.slice(0, 3)] ?? '',
  pathMs,
  rttMs: pathMs * 2,
  jitterMs: 1.4,
  loss: via === '' ? 0.0004 : 0.034,
  why: via === '' ? 'direct: the best by delay and loss' : `over ${via}: the direct way loses 3.4 %`,
});

/** Five media nodes at four sites and one more in Frankfurt. */
export const roomPlan: RoomPlan = {
  lines: [
    'Room example/quarter-review: 14 in it, on 5 hosts; mode direct (room); sig-fra-1 owns it under epoch 4.',
    'PA_2, taken to be in Lyon, FR, at sfu-fra-1 (eu-central/Frankfurt), round trip 18 ms, timed; why: decision DE_7Hq2.',
    'host-fra-1 to host-sgp-1: direct, 81 ms one way.',
  ],
  nodes: [
    { nodeId: 'sfu-fra-1', hostId: 'host-fra-1', site: 'eu-central/Frankfurt', sessions: 5 },
    { nodeId: 'sfu-fra-3', hostId: 'host-fra-3', site: 'eu-central/Frankfurt', sessions: 1 },
    { nodeId: 'sfu-lon-2', hostId: 'host-lon-2', site: 'eu-west/London', sessions: 3 },
    { nodeId: 'sfu-sgp-1', hostId: 'host-sgp-1', site: 'ap-southeast/Singapore', sessions: 4 },
    { nodeId: 'sfu-nyc-1', hostId: 'host-nyc-1', site: 'us-east/New York', sessions: 1 },
  ],
  hops: [
    ...['TR_cam_hana', 'TR_mic_hana', 'TR_screen'].flatMap((trackId) => [
      { trackId, nodeId: 'sfu-lon-2', fromNodeId: 'sfu-fra-1' },
      { trackId, nodeId: 'sfu-sgp-1', fromNodeId: 'sfu-fra-1' },
      { trackId, nodeId: 'sfu-nyc-1', fromNodeId: 'sfu-lon-2' },
    ]),
    { trackId: 'TR_mic_hana', nodeId: 'sfu-fra-3', fromNodeId: 'sfu-fra-1' },
    ...['TR_cam_li', 'TR_mic_li'].flatMap((trackId) => [
      { trackId, nodeId: 'sfu-fra-1', fromNodeId: 'sfu-sgp-1' },
      { trackId, nodeId: 'sfu-lon-2', fromNodeId: 'sfu-fra-1' },
    ]),
  ],
  paths: [
    path('fra-1', 'lon-2', 8),
    path('fra-1', 'fra-3', 0.6),
    path('fra-1', 'sgp-1', 83, 'bom-1'),
    path('sgp-1', 'fra-1', 81),
    path('lon-2', 'nyc-1', 37),
  ],
};
