// Small decisions: admission, speakers, data, orphans, resume keys, addresses.
import { createHash } from 'node:crypto';
import { controlUrlOf, limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { pathdBinOf } from '../../src/config.ts';
import {
  type AdmissionView,
  candidateOrder,
  type DataMessage,
  judgeOrphan,
  localDestinations,
  loudestSpeakers,
  refuseData,
  refuseSession,
} from '../../src/core/index.ts';
import { resumeKeyHolds } from '../../src/media/signaling-nodes.ts';

describe('a session that asks to be attached', () => {
  const view = (change: Partial<AdmissionView>): AdmissionView => ({
    draining: false,
    serving: true,
    sessions: 0,
    rooms: 0,
    roomKnown: false,
    consumers: 0,
    consumersMax: 100,
    subscriptionsWanted: 0,
    replaces: false,
    ...change,
  });
  const rows: [name: string, change: Partial<AdmissionView>, want: string | undefined][] = [
    ['is refused while no worker runs, even if attached before', { serving: false, replaces: true }, 'WORKER_DIED'],
    ['is refused while the node drains', { draining: true }, 'NODE_DRAINING'],
    ['that was attached before is accepted while the node drains', { draining: true, replaces: true }, undefined],
    ['is refused at the limit of sessions', { sessions: limits.sessionsPerNodeMax }, 'NO_CAPACITY'],
    ['is accepted one below the limit of sessions', { sessions: limits.sessionsPerNodeMax - 1 }, undefined],
    ['is refused at the limit of rooms when its room is new', { rooms: limits.roomsPerNodeMax }, 'NO_CAPACITY'],
    [
      'is accepted at the limit of rooms when its room is on the node',
      { rooms: limits.roomsPerNodeMax, roomKnown: true },
      undefined,
    ],
    ['is accepted up to a tenth above the claimed consumers', { consumers: 100, subscriptionsWanted: 10 }, undefined],
    ['is refused at 1.11 times the claimed consumers', { consumers: 100, subscriptionsWanted: 11 }, 'NO_CAPACITY'],
  ];
  test.each(rows)('%s', (_name, change, want) => expect(refuseSession(view(change))).toBe(want));
});

describe('speakers', () => {
  test('are the loudest sessions, each once, with levels from -127 to 0', () => {
    const levels = [
      { sessionId: 'c', levelDbov: -40.4 },
      { sessionId: 'a', levelDbov: -60 },
      { sessionId: 'a', levelDbov: -20 },
      { sessionId: 'b', levelDbov: 5 },
      { sessionId: 'd', levelDbov: -40 },
    ];
    expect(loudestSpeakers(levels, 3)).toEqual([
      { sessionId: 'b', levelDbov: 0 },
      { sessionId: 'a', levelDbov: -20 },
      { sessionId: 'c', levelDbov: -40 },
    ]);
    expect(loudestSpeakers([], 3)).toEqual([]);
  });
});

describe('a data message', () => {
  const message = (change: Partial<DataMessage> = {}): DataMessage => ({
    senderSessionId: 's1',
    payloadBytes: 10,
    topicLength: 0,
    lossy: false,
    destinationSessionIds: [],
    ...change,
  });
  const rows: [name: string, change: Partial<DataMessage>, want: string | undefined][] = [
    ['that is too large is refused', { payloadBytes: limits.dataBytesMax + 1 }, 'DATA_TOO_LARGE'],
    ['of the largest size is accepted', { payloadBytes: limits.dataBytesMax }, undefined],
    ['that is lossy may be as large', { lossy: true, payloadBytes: limits.dataBytesMax }, undefined],
    ['that is lossy and larger is refused', { lossy: true, payloadBytes: limits.dataBytesMax + 1 }, 'DATA_TOO_LARGE'],
    ['with a long topic is refused', { topicLength: limits.topicLengthMax + 1 }, 'REQUEST_INVALID'],
    [
      'for too many receivers is refused',
      { destinationSessionIds: Array.from({ length: limits.destinationsMax + 1 }, String) },
      'REQUEST_INVALID',
    ],
  ];
  test.each(rows)('%s', (_name, change, want) => expect(refuseData(message(change))).toBe(want));

  const sessions = [
    { sessionId: 's1', signalingId: 'd1' },
    { sessionId: 's2', signalingId: 'd1' },
    { sessionId: 's3', signalingId: 'd2' },
  ];
  test('goes to every signaling node once, with its sessions, and never back to its sender', () => {
    expect([...localDestinations(sessions, message())]).toEqual([
      ['d1', ['s2']],
      ['d2', ['s3']],
    ]);
  });
  test('for named receivers goes to their signaling nodes only', () => {
    expect([...localDestinations(sessions, message({ destinationSessionIds: ['s3', 's1', 'unknown'] }))]).toEqual([
      ['d2', ['s3']],
    ]);
  });
});

describe('an orphan session', () => {
  const rows: [name: string, signalingLinked: boolean, then: string, now: string, want: string][] = [
    ['is detached when its signaling node stays away', false, 'i1', 'i1', 'detached'],
    ['is detached when its signaling node has restarted', true, 'i1', 'i2', 'detached'],
    ['is kept when its signaling node is linked again', true, 'i1', 'i1', 'kept'],
    ['is kept when its signaling node is linked again and was never in the plan', true, '', '', 'kept'],
  ];
  test.each(rows)('%s', (_name, signalingLinked, signalingIncarnationThen, signalingIncarnationNow, want) => {
    expect(judgeOrphan({ signalingLinked, signalingIncarnationThen, signalingIncarnationNow })).toBe(want);
  });
});

describe('a resume key', () => {
  const digest = createHash('sha256').update('key');
  const hex = digest.copy().digest('hex');
  const rows: [name: string, hash: string, key: string, want: boolean][] = [
    ['is refused when there is no hash', '', '', false],
    ['that is wrong is refused', hex, 'kez', false],
    ['that is empty is refused', hex, '', false],
    ['is refused with a truncated hash', hex.slice(2), 'key', false],
    ['is accepted by its hash in hex', hex, 'key', true],
    ['is accepted by its hash in base64url', digest.copy().digest('base64url'), 'key', true],
  ];
  test.each(rows)('%s', (_name, hash, key, want) => expect(resumeKeyHolds(hash, key)).toBe(want));
});

describe('the address of a neighbour', () => {
  const node = (address: object) => ({
    nodeId: 'n',
    addresses: [{ purpose: 'client', ip: '9.9.9.9', port: 1 }, address],
  });
  const rows: [name: string, address: object, want: string | undefined][] = [
    ['is undefined without a control address', { purpose: 'pipe', ip: '10.0.0.1', port: 7 }, undefined],
    ['is undefined without a port', { purpose: 'control', ip: '10.0.0.1' }, undefined],
    [
      'is the announced one',
      { purpose: 'control', ip: '10.0.0.1', announced: '192.0.2.1', port: 7 },
      'wss://192.0.2.1:7',
    ],
    ['is in brackets for IPv6', { purpose: 'control', ip: '::1', port: 7 }, 'wss://[::1]:7'],
  ];
  test.each(rows)('%s', (_name, address, want) => expect(controlUrlOf(node(address).addresses)).toBe(want));
});

describe('the forwarder', () => {
  const release = { MERIDIAN_ROOT: '/opt/meridian/1.0.0' };
  const rows: [name: string, pathdBin: string | undefined, env: Record<string, string>, want: string | undefined][] = [
    ['is undefined in a clone without configuration', undefined, {}, undefined],
    ['is that of the release', undefined, release, '/opt/meridian/1.0.0/bin/pathd'],
    ['is the configured one rather than that of the release', '/usr/bin/pathd', release, '/usr/bin/pathd'],
    ['is none when the configuration says so', 'none', release, 'none'],
  ];
  test.each(rows)('%s', (_name, pathdBin, env, want) => {
    expect(pathdBinOf(pathdBin === undefined ? {} : { pathdBin }, env)).toBe(want);
  });
});

describe('the addresses that clients are offered', () => {
  test('are tried by UDP first, then by TCP, and port 443 last', () => {
    const [own, ipv4, ipv6] = [{ port: 443 }, { port: 20_000 }, { port: 20_100 }];
    const udp = [ipv4, ipv6, own].map((entry) => ({ protocol: 'udp', entry }));
    const tcp = [ipv4, ipv6, own].map((entry) => ({ protocol: 'tcp', entry }));
    expect(candidateOrder([own, ipv4, ipv6])).toEqual([...udp, ...tcp]);
  });
});
