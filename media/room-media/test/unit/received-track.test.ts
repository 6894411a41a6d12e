import type { SubscriptionRow } from '@meridian/client';
import {
  CorrectedTimes,
  NodeClock,
  ntpOf,
  packetiseH264,
  type RtpPacket,
  type StreamTimes,
  Timeline,
} from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { ReceivedTrack } from '../../src/room/received-track.ts';

const WALL_MS = 1_800_000_000_000;
const sps = Uint8Array.from(Buffer.from('6742c01ed900a02ff97011000003000100000300320f162e48', 'hex'));
const pps = Uint8Array.from(Buffer.from('68cb83cb20', 'hex'));
const keyFrame = [sps, pps, new Uint8Array(100).fill(0x65)];

/** Track whose first packets arrive late. A capture at 0 has the RTP timestamp 0. */
class Track {
  readonly received: ReceivedTrack;
  readonly #ssrc: number;
  readonly #kind: 'audio' | 'video';
  #sequence = 0;

  constructor(times: Timeline | ((clockRate: number) => StreamTimes), kind: 'audio' | 'video') {
    const video = { mimeType: 'video/H264', payloadType: 105, clockRate: 90_000, parameters: {}, rtcpFeedback: [] };
    const audio = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
    const codec = kind === 'video' ? video : Object.assign(audio, { parameters: {}, rtcpFeedback: [] });
    this.#kind = kind;
    this.#ssrc = kind === 'video' ? 1 : 2;
    const row: SubscriptionRow = {
      consumerId: 'c',
      trackId: 't',
      publisherSessionId: 's',
      kind,
      rtpParameters: { codecs: [codec], headerExtensions: [], encodings: [{ ssrc: this.#ssrc }], rtcp: {} },
      producerPaused: false,
      trackEpoch: 1,
    };
    const timesOf = times instanceof Timeline ? (clockRate: number) => times.stream(clockRate) : times;
    const received = ReceivedTrack.of(row, { timesOf, ownSsrc: 9 });
    if (received === undefined) throw new Error('a track of no form');
    this.received = received;
  }

  /** Feeds a frame captured at `ms` that arrives later; returns the times of the output. */
  frame(ms: number, arrivalMs: number): number[] {
    this.received.receive(this.packet(ms), arrivalMs);
    return this.times(arrivalMs);
  }
  times(nowMs: number): number[] {
    return this.received.drain(nowMs).map(({ frame }) => Math.round(frame.ptsMs));
  }
  report(ms: number, nowMs = ms): void {
    const counts = { packetCount: 0, octetCount: 0, reports: [] };
    const at = { ntp: ntpOf(WALL_MS + ms), rtpTimestamp: this.#timestampOf(ms) };
    this.received.noteSenderReport({ type: 'sr', ssrc: this.#ssrc, ...at, ...counts }, nowMs);
  }

  #timestampOf(ms: number): number {
    return (ms * (this.#kind === 'video' ? 90_000 : 48_000)) / 1000;
  }
  packet(ms: number): RtpPacket {
    this.#sequence += 1;
    const isVideo = this.#kind === 'video';
    const [picture] = packetiseH264(keyFrame, 1200);
    const payload = isVideo ? (picture ?? new Uint8Array()) : Uint8Array.of(0xfc, 1, 2);
    const payloadType = isVideo ? 105 : 111;
    const timestamp = this.#timestampOf(ms);
    return { payloadType, marker: true, sequenceNumber: this.#sequence, timestamp, ssrc: this.#ssrc, payload };
  }
}

it('the first frames wait for a report and get its times, so sound and picture are synchronous', () => {
  const timeline = new Timeline({ lateMs: 0 });
  const [sound, other] = [new Track(timeline, 'audio'), new Track(timeline, 'audio')];
  expect(sound.frame(1000, 1000)).toEqual([]);
  sound.report(1010);
  expect(sound.times(1020)).toEqual([1000]);
  // The second stream begins 50 ms late.
  expect(other.frame(1000, 1050)).toEqual([]);
  expect(other.frame(1020, 1051)).toEqual([]);
  other.report(1060);
  expect(other.times(1070)).toEqual([1000, 1020]);
  expect(other.frame(1040, 1072)).toEqual([1040]);
});

it('frames wait until 1.5 s after the first one, and a report from before it does not end the wait', () => {
  const track = new Track(new Timeline({ lateMs: 0 }), 'audio');
  track.report(900); // This report precedes the first packet.
  expect(track.frame(1000, 1000)).toEqual([]);
  expect(track.frame(2480, 2480)).toEqual([]);
  expect(track.times(2500)).toEqual([1000, 2480]);
  expect(track.frame(2520, 2520)).toEqual([2520]);
});

it('a flood of frames does not wait', () => {
  const track = new Track(new Timeline(), 'audio');
  const given = Array.from({ length: 600 }, (_, at) => track.frame(at, 1000).length);
  expect(given.slice(0, 599).every((count) => count === 0)).toBe(true);
  expect(given[599]).toBe(600);
});

it('waiting frames are output once when the track ends', () => {
  const track = new Track(new Timeline(), 'audio');
  track.frame(1000, 1000);
  expect(track.received.flush().map(({ frame }) => frame.ptsMs)).toEqual([1000]);
  expect(track.received.flush()).toEqual([]);
  expect(track.frame(1020, 1020)).toEqual([1020]);
});

it('the decode time of a picture is corrected too', () => {
  const timeline = new Timeline({ lateMs: 0 });
  const [sound, picture] = [new Track(timeline, 'audio'), new Track(timeline, 'video')];
  sound.frame(1000, 1000);
  sound.report(1010);
  expect(picture.frame(1000, 1080)).toEqual([]);
  picture.report(1090);
  const [{ frame } = { frame: undefined }] = picture.received.drain(1100);
  expect(frame).toMatchObject({ codec: 'h264', isKey: true });
  expect(frame?.ptsMs).toBeCloseTo(1000, 3);
  expect(frame !== undefined && 'dtsMs' in frame ? frame.dtsMs : 0).toBeCloseTo(1000, 3);
});

it('frames with correctable times do not wait, and each has its own run', () => {
  const node = new NodeClock();
  const track = new Track((clockRate) => new CorrectedTimes(node, clockRate), 'audio');
  track.received.receive(track.packet(1000), 1100);
  track.received.receive(track.packet(9000), 9100); // A jump of the timestamp begins another run.
  track.received.receive(track.packet(3000), 9101);
  const given = track.received.drain(9101);
  expect(given.map(({ frame }) => frame.ptsMs)).toEqual([1100, 9100, 9101]);
  track.report(3010, 9111);
  expect(given.map(({ run }) => Math.round(run?.laterMs ?? Number.NaN))).toEqual([0, 0, 0]);
  expect(new Set(given.map(({ run }) => run)).size).toBe(2);
});
