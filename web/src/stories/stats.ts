// Numbers of a call for the stories.
import type { CallStats, TrackStats } from '../core/call-stats.ts';

const camera = (id: string, change: Partial<TrackStats> = {}): TrackStats => ({
  sessionId: `PA_${id}`,
  source: 'camera',
  trackId: `TR_${id}`,
  takenMs: 4000,
  bytes: 900_000,
  packets: 900,
  lost: 1,
  width: 1280,
  height: 720,
  fps: 30,
  codec: 'VP8',
  layer: '3/3',
  jitterMs: 4,
  freezes: 0,
  freezeMs: 0,
  held: '',
  bps: 1_640_000,
  loss: 0.001,
  ...change,
});
const microphone = (id: string): TrackStats =>
  camera(id, {
    source: 'microphone',
    trackId: `TR_${id}_mic`,
    width: 0,
    height: 0,
    fps: 0,
    codec: 'opus',
    layer: '',
    bps: 31_400,
    loss: 0,
  });

export const callStats: CallStats = {
  takenWallMs: Date.UTC(2026, 4, 12, 9, 41),
  summary: {
    rttMs: 24,
    signalRttMs: 31,
    outboundLoss: 0.002,
    inboundLoss: 0.013,
    outboundBps: 2_140_000,
    inboundBps: 4_820_000,
    availableOutboundBps: 6_300_000,
    jitterMs: 5,
    mediaProtocol: 'udp',
  },
  tracks: [
    camera('amara'),
    microphone('amara'),
    camera('wei', { width: 640, height: 360, layer: '2/3', bps: 480_000, loss: 0.031, freezes: 2, freezeMs: 1240 }),
    microphone('wei'),
    camera('jonas', { layer: '1/3', width: 320, height: 180, fps: 15, bps: 128_000 }),
    camera('priya'),
    microphone('priya'),
    camera('self', { bps: 1_900_000 }),
    microphone('self'),
  ],
};
