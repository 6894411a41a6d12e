import { wire } from '@meridian/protocol';
import type { TestApi } from '../../support/test-api.ts';

export const ann = 'PA_aaaaaaaaaaaaaaaaaaaa';
export const bob = 'PA_bbbbbbbbbbbbbbbbbbbb';

export const factsOf = (sessionId: string, o: wire.SessionFacts.$Properties = {}): wire.SessionFacts.$Properties => ({
  sessionId,
  roomKey: 'acme/lobby',
  sid: 'RM_1',
  identity: sessionId === bob ? 'bob' : 'ann',
  name: sessionId === bob ? 'Bob' : 'Ann',
  protocol: 'webrtc',
  signalingId: 'sig-fra',
  sdk: 'web/1',
  device: 'Chrome 131, Windows',
  transport: 'udp',
  network: 'wifi',
  place: 'Hamburg',
  countryCode: 'DE',
  latitude: 53.55,
  longitude: 9.99,
  ...o,
});

export const recordOf = (
  sessionId: string,
  wallMs: number,
  o: wire.QualityRecord.$Properties = {},
): wire.QualityRecord.$Properties => ({
  sessionId,
  wallMs,
  periodMs: 10_000,
  nodeId: 'sfu-fra-1',
  fromNodeIds: ['sfu-sgp-1'],
  source: 'client',
  rttMs: 20,
  outboundLoss: 0.001,
  inboundLoss: 0.002,
  jitterMs: 3,
  freezeCount: 1,
  freezeMs: 50,
  sentBps: 1_000_000,
  receivedBps: 2_000_000,
  availableBps: 3_000_000,
  sentHeight: 720,
  receivedHeight: 1080,
  receivedFps: 29.97,
  concealed: 0.01,
  layer: 2,
  layerSwitches: 1,
  ...o,
});

/** Passes the batch through the wire's encoding. */
export const send = (
  api: Pick<TestApi, 'quality'>,
  batch: wire.QualityBatch.$Properties,
  from = { id: 'sig-fra', region: 'fra' },
) => api.quality.batches.take(wire.QualityBatch.decode(wire.QualityBatch.encode(batch).finish()), from);
