// Sample reports of connection checks: a good network, a company's firewall, a network that blocks everything.
import type { CheckReport, CheckTarget } from '@meridian/sdk-web';

const udp: CheckTarget = { protocol: 'udp', address: '203.0.113.10', port: 40000 };
const tcp: CheckTarget = { protocol: 'tcp', address: '203.0.113.10', port: 40001 };
const tls: CheckTarget = { protocol: 'tls', address: '2001:db8::10', port: 443 };

export const goodReport: CheckReport = {
  startedAt: '2026-11-23T12:35:00.000Z',
  tookMs: 11_400,
  isFinished: true,
  sdk: '0.1.0',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0',
  camera: {
    state: 'passed',
    value: { label: 'FaceTime HD Camera (Built-in)', width: 1280, height: 720, frameRate: 30 },
  },
  microphone: { state: 'passed', value: { label: 'MacBook Pro Microphone', levelPeak: 0.31 } },
  signaling: {
    state: 'passed',
    value: { signalingId: 'sig-fra-1', url: 'wss://sig-fra-1.example.org', connectMs: 84, rttMs: 21.4 },
  },
  udp: {
    state: 'passed',
    value: { targets: [udp], connectMs: 141, rttMs: 22, address: udp.address, port: udp.port },
  },
  tcp: {
    state: 'passed',
    value: { targets: [tcp], connectMs: 203, rttMs: 24, address: tcp.address, port: tcp.port },
  },
  tls: {
    state: 'passed',
    value: { targets: [tls], connectMs: 260, rttMs: 31, address: tls.address, port: tls.port, isRelayed: true },
  },
  uplink: { state: 'passed', value: { bitrateBps: 2_840_000, lossShare: 0, jitterMs: 3, rttMs: 22 } },
  downlink: { state: 'passed', value: { bitrateBps: 2_790_000, lossShare: 0.001, jitterMs: 4 } },
  placement: {
    nodeId: 'sfu-fra-2',
    region: 'eu-central',
    city: 'frankfurt',
    latitude: 50.1,
    longitude: 8.7,
    signalingId: 'sig-fra-1',
    signalingRegion: 'eu-central',
    locationSource: 'dbip-city',
    locationLabel: 'Berlin, DE',
    locationRadiusKm: 40,
    reasons: [
      'the address is known to dbip-city',
      'access: 9 ms from the client, timed',
      'load: 12 % of its capacity charged',
      'room: the room is new',
    ],
  },
  verdict: 'good',
  advice: [],
};

const blocked = { state: 'failed', code: 'PATH_BLOCKED' } as const;

/** Report behind a company's firewall that lets only TCP through, with little bandwidth. */
export const limitedReport: CheckReport = Object.assign({}, goodReport, {
  tookMs: 18_100,
  microphone: { state: 'failed', code: 'SILENT', value: { label: 'Jabra Evolve2 65', levelPeak: 0 } },
  udp: Object.assign({ value: { targets: [udp] } }, blocked),
  tls: { state: 'skipped', code: 'NOT_OFFERED' },
  uplink: { state: 'passed', value: { bitrateBps: 640_000, lossShare: 0.034, jitterMs: 12, rttMs: 94 } },
  verdict: 'limited',
  advice: [
    { code: 'UDP_BLOCKED', targets: [udp] },
    { code: 'UPLINK_LOW', measured: 640_000, limit: 1_500_000 },
    { code: 'LOSS_HIGH', measured: 0.034, limit: 0.02 },
    { code: 'MICROPHONE_SILENT' },
  ],
} satisfies Partial<CheckReport>);

const { placement: _placed, ...unplaced } = goodReport;
const noSignaling = { state: 'skipped', code: 'NO_SIGNALING' } as const;

/** Report of a network that blocks everything, in a browser that denies the camera. */
export const badReport: CheckReport = Object.assign({}, unplaced, {
  camera: { state: 'failed', code: 'DEVICE_DENIED' },
  signaling: { state: 'failed', code: 'SOCKET_FAILED' },
  udp: noSignaling,
  tcp: noSignaling,
  tls: noSignaling,
  uplink: noSignaling,
  downlink: noSignaling,
  verdict: 'bad',
  advice: [{ code: 'SIGNALING_BLOCKED' }, { code: 'CAMERA_DENIED' }],
} satisfies Partial<CheckReport>);

/** Report of a check that is still testing media. */
export const runningReport: CheckReport = Object.assign({}, unplaced, {
  tookMs: 3200,
  isFinished: false,
  tcp: { state: 'running' },
  tls: { state: 'waiting' },
  uplink: { state: 'waiting' },
  downlink: { state: 'waiting' },
} satisfies Partial<CheckReport>);
