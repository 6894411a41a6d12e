// Sample sessions: 45 min with a bad period, a short one, one from a phone.
import type {
  DecisionCandidate,
  DecisionStory,
  QualityPoint,
  SessionTimeline,
  Strength,
  TimelineEvent,
} from '../console/types.ts';
import { roomPeople, roomPlan, seededRandom } from './console-answers.ts';
import { storyNowMs } from './scripted-api.tsx';

const STEP_S = 10;
const at = (startMs: number, seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

interface PointsOptions {
  readonly startMs: number;
  readonly seconds: number;
  /** Start and end of the bad period, seconds. */
  readonly bad: readonly [number, number];
  /** Period without measurements. */
  readonly hole: readonly [number, number];
  readonly nodeAt: (second: number) => string;
  readonly rttMs: number;
  readonly seed: number;
  readonly isCellular?: boolean;
}

function pointsOf(o: PointsOptions): readonly QualityPoint[] {
  const random = seededRandom(o.seed);
  const points: QualityPoint[] = [];
  for (let second = STEP_S; second <= o.seconds; second += STEP_S) {
    const noise = random();
    if (second > o.hole[0] && second <= o.hole[1]) continue;
    const isBad = second > o.bad[0] && second <= o.bad[1];
    const shake = o.isCellular === true ? 0.4 + noise : noise * 0.25;
    const loss = isBad ? 0.03 + noise * 0.07 : shake * 0.012;
    const rttMs = o.rttMs * (1 + shake * 0.5) + (isBad ? 60 + noise * 140 : 0);
    const freezeMs = isBad && noise > 0.35 ? 300 + noise * 1900 : 0;
    const strength: Strength = isBad ? (noise > 0.3 ? 'weak' : 'medium') : loss > 0.012 ? 'medium' : 'strong';
    points.push({
      at: at(o.startMs, second),
      strength,
      nodeId: o.nodeAt(second),
      source: 'client',
      rttMs,
      outboundLoss: loss * 0.6,
      inboundLoss: loss,
      jitterMs: isBad ? 18 + noise * 20 : 2 + shake * 6,
      freezeMs,
      concealed: isBad ? loss * 0.8 : 0,
      sentBps: isBad ? 320_000 + noise * 200_000 : 1_450_000 + noise * 180_000,
      receivedBps: isBad ? 700_000 + noise * 400_000 : 3_600_000 + noise * 400_000,
      sentHeight: isBad ? 360 : 720,
      receivedHeight: isBad ? 360 : 1080,
      receivedFps: isBad ? 11 + noise * 8 : 29 + noise,
      layer: isBad ? 0 : 2,
    });
  }
  return points;
}

const candidate = (
  one: Partial<DecisionCandidate> & Pick<DecisionCandidate, 'nodeId' | 'site'>,
): DecisionCandidate => ({
  hostId: one.nodeId.replace('sfu', 'host'),
  rttMs: 12,
  isTimed: true,
  load: 0.3,
  holdsRoom: false,
  parts: [],
  ...one,
});

const longStart = storyNowMs - 47 * 60_000;
const fullFrankfurt: DecisionStory = {
  decisionId: 'DE_7Hq2mX4vTz9KpLwa',
  createdAt: at(longStart, -1),
  mode: 'degraded',
  degraded: 'hosts that are 7 ms nearer take no more sessions: they are full',
  place: 'Lyon, FR',
  placeSource: 'dbip-city',
  radiusKm: 50,
  candidates: 3,
  refused: 1,
  why: 'nearest_refused',
  chosen: candidate({
    nodeId: 'sfu-lon-2',
    site: 'eu-west/London',
    rttMs: 19,
    load: 0.41,
    total: 88,
    holdsRoom: true,
    toMembersMs: 31,
  }),
  nearest: candidate({
    nodeId: 'sfu-fra-1',
    site: 'eu-central/Frankfurt',
    rttMs: 12,
    load: 1,
    refusedBy: 'capacity',
    refusalReason: '1200 sessions charged, carries 1200',
  }),
  lines: [
    'Session PA_2 of room example/quarter-review (direct), asked by sig-par-1.',
    'Client: Lyon, France (45.76, 4.84, within 50 km), source dbip-city: the address is known to dbip-city.',
    'View 8841; room held by sfu-fra-1, sfu-lon-2; seed 204.',
    'Degraded: hosts that are 7 ms nearer take no more sessions: they are full.',
    'Chosen: sfu-lon-2 on host host-lon-2, the only host near the best score.',
    '→ host-lon-2 88 = access 95.25 × 0.68 (19 ms from the client, timed) + room 71 × 0.16 + load 100 × 0.16',
    '✗ sfu-fra-1 on host-fra-1: capacity: 1200 sessions charged, carries 1200',
  ],
};
const movedToParis: DecisionStory = {
  ...fullFrankfurt,
  decisionId: 'DE_9aLw02mXrTq7NvBe',
  createdAt: at(longStart, 1500),
  mode: 'normal',
  moveFromNodeId: 'sfu-lon-2',
  moveReason: 'at par instead of lon it is 6.2 ms nearer to each of the others, on the mean',
  refused: 0,
  why: 'room',
  chosen: candidate({
    nodeId: 'sfu-par-1',
    site: 'eu-west/Paris',
    rttMs: 13,
    load: 0.22,
    total: 97.4,
    toMembersMs: 24,
  }),
  nearest: candidate({
    nodeId: 'sfu-fra-1',
    site: 'eu-central/Frankfurt',
    rttMs: 12,
    load: 0.71,
    total: 95.1,
    toMembersMs: 29,
  }),
  lines: [],
};

const events = (startMs: number, list: readonly (readonly [number, string, Partial<TimelineEvent>?])[]) =>
  list.map(([second, kind, more]) => ({ at: at(startMs, second), kind, ...more }));

const [, jonas] = roomPeople;
const person = (one: (typeof roomPeople)[number] | undefined) => one ?? (roomPeople[0] as (typeof roomPeople)[number]);

/** A session of 45 min that is bad from the 18th to the 24th minute, then moves. */
export const longSession: SessionTimeline = {
  person: { ...person(jonas), nodeId: 'sfu-par-1', joinedAt: at(longStart, 0), leftAt: at(longStart, 2705) },
  roomTitle: 'Weekly review',
  signalingId: 'sig-par-1',
  sdk: 'web 1.42.0',
  device: 'Chrome 142, Windows 11',
  transport: 'udp',
  network: 'wifi',
  stepS: STEP_S,
  points: pointsOf({
    startMs: longStart,
    seconds: 2700,
    bad: [1080, 1440],
    hole: [1450, 1490],
    nodeAt: (second) => (second <= 1500 ? 'sfu-lon-2' : 'sfu-par-1'),
    rttMs: 21,
    seed: 7,
  }),
  events: events(longStart, [
    [0, 'joined', { to: 'sfu-lon-2', decisionId: fullFrankfurt.decisionId }],
    [4, 'published', { source: 'microphone' }],
    [6, 'published', { source: 'camera' }],
    [190, 'muted', { source: 'microphone' }],
    [655, 'unmuted', { source: 'microphone' }],
    [840, 'device', { source: 'microphone', reason: 'Jabra Evolve2 65' }],
    [1130, 'network', { reason: 'cellular' }],
    [1210, 'page', { reason: 'hidden' }],
    [1330, 'page', { reason: 'shown' }],
    [1450, 'away'],
    [1488, 'network', { reason: 'wifi' }],
    [1490, 'resumed'],
    [1501, 'moved', { from: 'sfu-lon-2', to: 'sfu-par-1', decisionId: movedToParis.decisionId }],
    [1700, 'muted', { source: 'camera' }],
    [2100, 'unmuted', { source: 'camera' }],
    [1720, 'muted', { source: 'microphone' }],
    [2705, 'left', { reason: 'LEFT' }],
  ]),
  decisions: [fullFrankfurt, movedToParis],
  paths: roomPlan.paths.slice(0, 3).map((one) => ({ ...one, toHostId: 'host-par-1', toSite: 'eu-west/Paris' })),
};
