import { describe, expect, it } from 'vitest';
import {
  type CheckDownlink,
  type CheckPart,
  type CheckPath,
  type CheckReport,
  checkAdviceCodes,
} from '../../src/check/types.ts';
import {
  checkTargetBps,
  downlinkOf,
  initialPace,
  isEnough,
  nextPace,
  pairOf,
  type TestPace,
  uplinkOf,
} from '../../src/core/check-results.ts';
import { type CheckFindings, checkLimits, judge } from '../../src/core/check-verdict.ts';
import { attemptsOf } from '../../src/core/check-ways.ts';
import type { StatsEntry, StatsReading } from '../../src/core/stats.ts';

const udp = { protocol: 'udp', address: '192.0.2.1', port: 7900 };
const tcp = { protocol: 'tcp', address: '192.0.2.1', port: 7900 };
const web = { protocol: 'tcp', address: '192.0.2.2', port: 443 };
const turnServer = { urls: ['turn:t.example:3478?transport=udp'], username: 'u', credential: 'c' };
const turnsServer = {
  ...turnServer,
  urls: ['turn:t.example:3478', 'turns:t.example:443?transport=tcp', 'turns:[2001:db8::1]'],
};

describe('the attempts of each path', () => {
  it.each([
    ['udp', [udp, tcp, web], [], [[udp]]],
    ['tcp', [udp, tcp, web], [], [[tcp]]],
    ['tls', [udp, tcp, web], [], [[web]]],
    ['udp', [tcp], [turnsServer], []],
    ['tcp', [udp, web], [turnsServer], []],
    ['tls', [udp, tcp], [], []],
    ['tls', [udp, tcp], [turnServer], []],
    ['tls', [], [turnServer], []],
    // A TURN server is reached by TLS, and reaches the media node by any candidate.
    ['tls', [udp, web], [turnServer, turnsServer], [[web], [udp, web]]],
  ] as const)('%s of %j with %j', (way, candidates, servers, tried) => {
    expect(attemptsOf(way, candidates, servers).map((attempt) => attempt.candidates)).toEqual(tried);
  });

  it('go to the media node itself, or to TURN servers by TLS only', () => {
    const [direct, relayed] = attemptsOf('tls', [web], [turnServer, turnsServer]);
    expect(direct).toEqual({ candidates: [web], turnServers: [], targets: [web] });
    expect(relayed?.turnServers).toEqual([{ ...turnsServer, urls: turnsServer.urls.slice(1) }]);
    expect(relayed?.targets).toEqual([
      { protocol: 'tls', address: 't.example', port: 443 },
      { protocol: 'tls', address: '2001:db8::1', port: 5349 },
    ]);
  });

  it('name every target once, up to the limit of a report', () => {
    const many = Array.from({ length: 40 }, (_, port) => ({ ...udp, port }));
    expect(attemptsOf('udp', [udp, udp], [])[0]?.targets).toEqual([udp]);
    expect(attemptsOf('udp', many, [])[0]?.targets).toHaveLength(16);
  });
});

interface Step {
  readonly sentBps: number;
  /** Share of packets lost on the way up. */
  readonly lost?: number;
  /** Share of the remaining packets that arrive on the way down. */
  readonly arrives?: number;
  readonly rttS?: number;
}
/** Returns readings half a second apart, the first at 1 s, for these rates of sender and receiver. */
function readings(steps: readonly Step[], estimateBps = 0): StatsReading[] {
  let [sent, gone, bytes, got, missed, received] = [0, 0, 0, 0, 0, 0];
  const first: Step = { sentBps: 0 };
  return [first, ...steps].map(({ sentBps, lost = 0, arrives = 1, rttS = 0.05 }, index) => {
    const packets = Math.round(sentBps / 2 / 8 / 1000);
    sent += packets;
    bytes += sentBps / 2 / 8;
    gone += Math.round(packets * lost);
    got += Math.round(packets * arrives);
    missed += packets - Math.round(packets * arrives);
    received += (sentBps / 2 / 8) * arrives;
    const pair = {
      id: 'p',
      type: 'candidate-pair',
      currentRoundTripTime: rttS,
      availableOutgoingBitrate: estimateBps,
    };
    const send = [
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      pair,
      { id: 'o', type: 'outbound-rtp', kind: 'video', packetsSent: sent, bytesSent: bytes },
      { id: 'r', type: 'remote-inbound-rtp', packetsLost: gone, jitter: 0.004 },
    ];
    const recv = [
      {
        id: 'i',
        type: 'inbound-rtp',
        packetsReceived: got,
        packetsLost: missed,
        bytesReceived: received,
        jitter: 0.01,
      },
    ];
    return { takenMs: 1000 + index * 500, send, recv };
  });
}
const steady = (sentBps: number, o: Omit<Step, 'sentBps'> = {}, steps = 8): Step[] =>
  Array.from({ length: steps }, () => ({ sentBps, ...o }));
const since = (sinceMs: number, o: Partial<TestPace> = {}): TestPace => ({
  limitBps: checkTargetBps,
  isTop: false,
  ...o,
  sinceMs,
});

describe('the rate of the test stream', () => {
  it('begins low and doubles, each time after the last rate was held for a while', () => {
    let pace = initialPace(1000);
    const limits: number[] = [];
    for (let steps = 0; steps < 12; steps += 1) {
      pace = nextPace(pace, readings(steady(pace.limitBps, {}, steps)));
      limits.push(pace.limitBps / 1000);
    }
    expect(limits).toEqual([300, 300, 600, 600, 1200, 1200, 2400, 2400, 3000, 3000, 3000, 3000]);
  });

  it('goes back below the arrived rate when packets are lost on the way down, and stays there', () => {
    const narrow = readings([...steady(600_000, {}, 2), ...steady(1_200_000, { arrives: 0.8 }, 2)]);
    const pace = nextPace(since(2000, { limitBps: 1_200_000 }), narrow);
    expect(pace).toEqual({ limitBps: 816_000, sinceMs: 3000, isTop: true });
    expect(nextPace(pace, readings(steady(816_000, {}, 12)))).toBe(pace);
    // Losses that continue lower the rate once more, but never below a useful rate.
    const lowerPace = nextPace(pace, readings(steady(816_000, { arrives: 0.1 }, 8)));
    expect(lowerPace).toMatchObject({ limitBps: checkLimits.bitrateLeastBps, isTop: true });
    expect(nextPace(lowerPace, readings(steady(150_000, { arrives: 0.1 }, 12)))).toBe(lowerPace);
  });

  it('is not lowered by losses on the way up, nor by small ones', () => {
    const up = readings(steady(600_000, { lost: 0.3, arrives: 0.7 }, 4));
    expect(nextPace(since(1000, { limitBps: 600_000 }), up)).toMatchObject({ limitBps: 1_200_000, isTop: false });
    const little = readings(steady(1_600_000, { arrives: 0.96 }, 4));
    expect(nextPace(since(1000, { limitBps: 600_000 }), little).isTop).toBe(false);
  });
});

describe('the measurement', () => {
  it('does not count losses of a rate that was given up', () => {
    const flood = steady(2_000_000, { arrives: 0.5 }, 4);
    const all = readings([...flood, ...steady(800_000, {}, 8)]);
    expect(downlinkOf(all, since(3000, { isTop: true }))).toEqual({
      bitrateBps: 1_000_000,
      lossShare: 0,
      jitterMs: 10,
      isLimited: true,
    });
    expect(downlinkOf(all, since(1000))?.lossShare).toBeGreaterThan(0.1);
    // Without a reading after the change, all readings count.
    expect(downlinkOf(readings(flood), since(3000))?.lossShare).toBe(0.496);
  });

  it('uses the best second of the receiver, the browser’s estimate for the sender, and the shortest round trip', () => {
    const all = readings([...steady(1_000_000, { rttS: 0.2 }, 4), ...steady(2_000_000, { rttS: 0.3 }, 4)], 2_600_000);
    expect(uplinkOf(all, since(1000))).toEqual({ bitrateBps: 2_600_000, lossShare: 0, jitterMs: 4, rttMs: 50 });
    expect(downlinkOf(all, since(1000))?.bitrateBps).toBe(2_000_000);
    expect(uplinkOf(readings(steady(1_600_000, { lost: 0.25 })), since(1000))).toMatchObject({ lossShare: 0.25 });
  });

  it('recognises a downlink that holds the stream back, by losses or by a queue', () => {
    const limited = (steps: Step[], pace: Partial<TestPace> = {}): unknown =>
      downlinkOf(readings(steps), since(1000, pace))?.isLimited;
    expect(limited(steady(900_000))).toBeUndefined();
    expect(limited(steady(900_000), { isTop: true })).toBe(true);
    expect(limited([...steady(900_000, {}, 4), ...steady(900_000, { arrives: 0.7 }, 4)])).toBe(true);
    expect(limited(steady(900_000, { lost: 0.3, arrives: 0.7 }))).toBeUndefined();
  });

  it('does not count a first burst as a rate', () => {
    const burst = readings([{ sentBps: 8_000_000 }, ...steady(400_000, {}, 6)]);
    expect(downlinkOf(burst, since(1000))?.bitrateBps).toBe(4_200_000);
    expect(downlinkOf(burst.slice(0, 2), since(1000))?.bitrateBps).toBe(8_000_000);
  });

  it('returns no result for a stream of few packets', () => {
    for (const few of [[], readings([]), readings(steady(16_000, {}, 4))]) {
      const pace = since(1000);
      expect([uplinkOf(few, pace), downlinkOf(few, pace), isEnough(few, pace)]).toEqual([undefined, undefined, false]);
    }
    expect(downlinkOf(readings(steady(1_000_000, { arrives: 0 })), since(1000))).toBeUndefined();
  });

  it('is complete after three seconds at nearly the full rate in both directions', () => {
    const enough = (steps: Step[]): boolean => isEnough(readings(steps), since(1000));
    expect(enough(steady(checkTargetBps, {}, 6))).toBe(true);
    expect(enough(steady(checkTargetBps, {}, 5))).toBe(false);
    expect(enough(steady(checkTargetBps * 0.8, {}, 9))).toBe(false);
    expect(enough(steady(checkTargetBps, { arrives: 0.5 }, 9))).toBe(false);
  });

  it('is complete after five seconds above a call’s rate', () => {
    const above = checkLimits.bitrateBps * 1.2;
    const enough = (steps: Step[]): boolean => isEnough(readings(steps), since(1000));
    expect(enough(steady(above, {}, 10))).toBe(true);
    expect(enough(steady(above * 0.9, {}, 16))).toBe(false);
    expect(enough(steady(above, { arrives: 0.8 }, 16))).toBe(false);
  });

  it('is complete three seconds after the rate went back', () => {
    const run = readings(steady(500_000, {}, 10));
    expect(isEnough(run, since(3000, { isTop: true }))).toBe(true);
    expect(isEnough(run, since(3500, { isTop: true }))).toBe(false);
  });

  it.each([
    ['the media node', { candidateType: 'host' }, { isRelayed: false, rttMs: 12.3, address: '192.0.2.1', port: 7900 }],
    [
      'the TURN server',
      { candidateType: 'relay', url: 'turns:t.example:443?transport=tcp' },
      { isRelayed: true, rttMs: 12.3, address: 't.example', port: 443 },
    ],
    ['a server without a name', { candidateType: 'relay' }, { isRelayed: true, rttMs: 12.3 }],
  ])('recognises the remote end of a transport: %s', (_to, local, pair) => {
    const entries: StatsEntry[] = [
      { id: 'other', type: 'candidate-pair', nominated: true, state: 'succeeded', remoteCandidateId: 'x' },
      { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.01234 },
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'l', type: 'local-candidate', ...local },
      { id: 'r', type: 'remote-candidate', address: '192.0.2.1', port: 7900 },
    ];
    expect(pairOf(entries)).toEqual(pair);
  });

  it('finds the pair of a browser without transport entries', () => {
    const pair = { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', remoteCandidateId: 'r' };
    expect(pairOf([pair, { id: 'r', type: 'remote-candidate', address: '192.0.2.1', port: 1 }])).toEqual({
      isRelayed: false,
      address: '192.0.2.1',
      port: 1,
    });
    expect(pairOf([])).toEqual({ isRelayed: false });
  });
});

const passed = <T>(value: T): CheckPart<T> => ({ state: 'passed', value });
const shut = (target: object): CheckPart<CheckPath> => ({
  state: 'failed',
  code: 'PATH_BLOCKED',
  value: { targets: [target as CheckPath['targets'][number]] },
});
const failed = (code: string): CheckPart<never> => ({ state: 'failed', code });
const none: CheckPart<never> = { state: 'skipped', code: 'NOT_OFFERED' };
const uplink = { bitrateBps: 3_000_000, lossShare: 0, jitterMs: 2, rttMs: 20 };
const downlink: CheckDownlink = { bitrateBps: 3_000_000, lossShare: 0, jitterMs: 2 };
const good: CheckFindings = {
  camera: passed({ label: '', width: 1, height: 1, frameRate: 1 }),
  microphone: passed({ label: '', levelPeak: 1 }),
  signaling: passed({ signalingId: '', url: '', connectMs: 1, rttMs: 1 }),
  udp: passed({ targets: [] }),
  tcp: passed({ targets: [] }),
  tls: none,
  uplink: passed(uplink),
  downlink: passed(downlink),
};
const judged = (o: Partial<CheckFindings>): [CheckReport['verdict'], ...string[]] => {
  const { verdict, advice } = judge({ ...good, ...o });
  return [verdict, ...advice.map(({ code }) => code)];
};
const up = (o: Partial<typeof uplink>): Partial<CheckFindings> => ({
  uplink: passed({ ...uplink, ...o }),
  downlink: passed({ ...downlink, ...(o.bitrateBps !== undefined && { bitrateBps: o.bitrateBps }) }),
});
const down = (o: Partial<typeof downlink>): Partial<CheckFindings> => ({ downlink: passed({ ...downlink, ...o }) });
const noMedia = {
  uplink: { state: 'skipped', code: 'NO_MEDIA_PATH' },
  downlink: { state: 'skipped', code: 'NO_MEDIA_PATH' },
} as const;

describe('the verdict', () => {
  const rows: [what: string, o: Partial<CheckFindings>, verdict: CheckReport['verdict'], ...advice: string[]][] = [
    ['all is well', {}, 'good'],
    ['TCP is blocked and UDP is not', { tcp: shut(tcp), tls: shut(web) }, 'good'],
    ['UDP is blocked', { udp: shut(udp) }, 'limited', 'UDP_BLOCKED', 'TCP_ONLY'],
    [
      'only port 443 is open',
      { udp: shut(udp), tcp: shut(tcp), tls: passed({ targets: [] }) },
      'limited',
      'UDP_BLOCKED',
      'TLS_ONLY',
    ],
    ['the service has no UDP', { udp: none }, 'limited', 'TCP_ONLY'],
    ['UDP could not be tried', { udp: failed('RATE_LIMITED') }, 'limited', 'TCP_ONLY'],
    ['nothing gets through', { udp: shut(udp), tcp: shut(tcp), ...noMedia }, 'bad', 'MEDIA_BLOCKED'],
    [
      'the service lets no session in',
      { udp: failed('OVERLOADED'), tcp: failed('OVERLOADED'), ...noMedia },
      'bad',
      'SERVICE_BUSY',
    ],
    ['the service is not reached', { signaling: failed('ENTRY_UNREACHABLE') }, 'bad', 'SIGNALING_BLOCKED'],
    ['the service has no capacity', { signaling: failed('NO_CAPACITY') }, 'bad', 'SERVICE_BUSY'],
    ['the service refuses', { signaling: failed('PROTOCOL_UNSUPPORTED') }, 'bad', 'CHECK_REFUSED'],
    ['the browser is not supported', { signaling: failed('BROWSER_UNSUPPORTED') }, 'bad', 'BROWSER_UNSUPPORTED'],
    ['the uplink is narrow', up({ bitrateBps: checkLimits.bitrateBps - 1 }), 'limited', 'UPLINK_LOW'],
    ['the uplink is just wide enough', up({ bitrateBps: checkLimits.bitrateBps }), 'good'],
    ['the uplink is too narrow', up({ bitrateBps: checkLimits.bitrateLeastBps - 1 }), 'bad', 'UPLINK_TOO_LOW'],
    [
      'the downlink is narrow',
      down({ bitrateBps: checkLimits.bitrateBps - 1, isLimited: true }),
      'limited',
      'DOWNLINK_LOW',
    ],
    [
      'the downlink holds no picture',
      down({ bitrateBps: checkLimits.bitrateLeastBps - 1, isLimited: true }),
      'bad',
      'DOWNLINK_TOO_LOW',
    ],
    ['little was sent, and everything came back', down({ bitrateBps: 1 }), 'good'],
    ['nothing was sent', { uplink: failed('TOO_SHORT'), downlink: failed('TOO_SHORT') }, 'bad', 'UPLINK_TOO_LOW'],
    ['nothing came back', { downlink: failed('TOO_SHORT') }, 'bad', 'DOWNLINK_TOO_LOW'],
    [
      'the session was lost',
      { uplink: failed('SOCKET_LOST'), downlink: failed('SOCKET_LOST') },
      'bad',
      'SIGNALING_BLOCKED',
    ],
    ['packets are lost on the way up', up({ lossShare: checkLimits.lossShare }), 'limited', 'LOSS_HIGH'],
    ['packets are lost on the way down', down({ lossShare: checkLimits.lossLeastShare }), 'bad', 'LOSS_TOO_HIGH'],
    ['few packets are lost', down({ lossShare: checkLimits.lossShare - 0.001 }), 'good'],
    ['packets come unevenly', down({ jitterMs: checkLimits.jitterMs }), 'limited', 'JITTER_HIGH'],
    ['the node is far', up({ rttMs: checkLimits.rttMs }), 'limited', 'RTT_HIGH'],
    ['the camera was refused', { camera: failed('DEVICE_DENIED') }, 'limited', 'CAMERA_DENIED'],
    ['no answer came for the microphone', { microphone: failed('NO_ANSWER') }, 'limited', 'MICROPHONE_DENIED'],
    ['another program has the camera', { camera: failed('DEVICE_IN_USE') }, 'limited', 'CAMERA_BUSY'],
    ['there is no microphone', { microphone: failed('DEVICE_NOT_FOUND') }, 'limited', 'MICROPHONE_MISSING'],
    ['there is no camera', { camera: failed('DEVICE_NOT_FOUND') }, 'limited', 'CAMERA_MISSING'],
    ['another program has the microphone', { microphone: failed('DEVICE_IN_USE') }, 'limited', 'MICROPHONE_BUSY'],
    ['the microphone breaks', { microphone: failed('DEVICE_LOST') }, 'limited', 'MICROPHONE_FAILED'],
    ['the camera breaks', { camera: failed('DEVICE_FAILED') }, 'limited', 'CAMERA_FAILED'],
    ['the microphone is silent', { microphone: failed('SILENT') }, 'limited', 'MICROPHONE_SILENT'],
    ['a device was left out', { camera: { state: 'skipped', code: 'NOT_ASKED' } }, 'good'],
    ['UDP is still being tried', { udp: { state: 'running' }, tcp: shut(tcp) }, 'good'],
    [
      'the gravest comes first',
      { camera: failed('DEVICE_DENIED'), ...up({ bitrateBps: 1 }), udp: shut(udp) },
      'bad',
      'UPLINK_TOO_LOW',
      'UDP_BLOCKED',
      'TCP_ONLY',
      'CAMERA_DENIED',
    ],
  ];
  it.each(rows)('%s', (_what, o, ...expected) => {
    expect(judged(o)).toEqual(expected);
  });

  it('contains the targets for a firewall, and the missed limit', () => {
    expect(judge({ ...good, udp: shut(udp) }).advice[0]).toEqual({ code: 'UDP_BLOCKED', targets: [udp] });
    expect(judge({ ...good, udp: shut(udp), tcp: shut(tcp), ...noMedia }).advice).toEqual([
      { code: 'MEDIA_BLOCKED', targets: [udp, tcp] },
    ]);
    expect(judge({ ...good, ...up({ rttMs: 400 }) }).advice).toEqual([
      { code: 'RTT_HIGH', measured: 400, limit: checkLimits.rttMs },
    ]);
  });

  it('is tested for every code', () => {
    const named = new Set(rows.flatMap(([, , , ...codes]) => codes));
    expect(Object.keys(checkAdviceCodes).filter((code) => !named.has(code))).toEqual([]);
  });
});
