import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { FrameSource, SOUND_MS } from '../../../src/dial/adapters/frames.ts';
import { KeyFrameDetector, type VideoPacket } from '../../../src/dial/core/key-frames.ts';

const packet = (sequenceNumber: number, payload: number[], o: Partial<VideoPacket> = {}): VideoPacket => ({
  sequenceNumber,
  timestamp: 1000,
  marker: true,
  payload: Uint8Array.from(payload),
  ...o,
});
const keyFrameStart = [0x10, 0x30, 1, 2];
const continuation = [0x00, 7, 7];
const notLast = { marker: false };

describe('the detection of key frames', () => {
  const rows: { name: string; packets: VideoPacket[]; at: boolean[] }[] = [
    { name: 'finds one of a single packet', packets: [packet(1, keyFrameStart)], at: [true] },
    {
      name: 'finds one with the last of its three packets',
      packets: [packet(1, keyFrameStart, notLast), packet(2, continuation, notLast), packet(3, continuation)],
      at: [false, false, true],
    },
    {
      name: 'finds one across the end of sequence numbers',
      packets: [packet(65_535, keyFrameStart, notLast), packet(0, continuation)],
      at: [false, true],
    },
    {
      name: 'allows more partitions',
      packets: [packet(1, keyFrameStart, notLast), packet(2, [0x11, 0x31])],
      at: [false, true],
    },
    { name: 'skips a short picture id', packets: [packet(1, [0x90, 0x80, 0x05, 0x30])], at: [true] },
    { name: 'skips all extensions', packets: [packet(1, [0x90, 0xf0, 0x85, 0x01, 9, 0x20, 0x30])], at: [true] },
    {
      name: 'needs all packets',
      packets: [packet(1, keyFrameStart, notLast), packet(3, continuation)],
      at: [false, false],
    },
    {
      name: 'ignores the packet of another picture',
      packets: [packet(1, keyFrameStart, notLast), packet(2, continuation, { timestamp: 2000 })],
      at: [false, false],
    },
    { name: 'ignores other pictures than key frames', packets: [packet(1, [0x10, 0x31, 1])], at: [false] },
    { name: 'needs the first packet', packets: [packet(1, continuation), packet(2, [0x01, 0x30])], at: [false, false] },
    {
      name: 'ignores payloads that end too soon',
      packets: [packet(1, []), packet(2, [0x10]), packet(3, [0x90, 0x80, 0x85])],
      at: [false, false, false],
    },
    {
      name: 'goes on after a lost packet',
      packets: [packet(1, keyFrameStart, notLast), packet(3, keyFrameStart)],
      at: [false, true],
    },
  ];
  it.each(rows)('$name', ({ packets, at }) => {
    const keyFrames = new KeyFrameDetector();
    expect(packets.map((one) => keyFrames.completesKeyFrame(one))).toEqual(at);
  });
});

describe('the media of a tester', () => {
  const streams = { sound: { ssrc: 1, payloadType: 100 }, picture: { ssrc: 2, payloadType: 101 } };
  const sent = (until: number) => {
    const frames = new FrameSource(streams, 0, seededRng('frames'));
    return Array.from({ length: until }, (_, tick) => frames.takeDue(tick * SOUND_MS)).flat();
  };

  it('has fifty frames of audio and eight or nine pictures a second, numbered without gaps', () => {
    const packets = sent(50);
    for (const [ssrc, least, most] of [
      [1, 50, 50],
      [2, 8, 9],
    ] as const) {
      const streamPackets = packets.filter((one) => one.ssrc === ssrc);
      expect(streamPackets.length).toBeGreaterThanOrEqual(least);
      expect(streamPackets.length).toBeLessThanOrEqual(most);
      const first = streamPackets[0]?.sequenceNumber ?? -1;
      expect(first).toBeLessThan(2 ** 15);
      expect(streamPackets.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
        streamPackets.map((_, at) => first + at),
      );
    }
  });

  it('has timestamps at its clock rate', () => {
    const times = (ssrc: number) => sent(50).flatMap((one) => (one.ssrc === ssrc ? [one.timestamp] : []));
    expect(times(1).slice(0, 3)).toEqual([0, 960, 1920]);
    expect(times(2).slice(0, 3)).toEqual([0, 10_800, 21_600]);
  });

  it('has only key frames as pictures', () => {
    const keyFrames = new KeyFrameDetector();
    const pictures = sent(50).filter(({ ssrc }) => ssrc === 2);
    expect(pictures.every((one) => keyFrames.completesKeyFrame(one))).toBe(true);
  });

  it('skips the missed frames after a pause of the process', () => {
    const frames = new FrameSource(streams, 0, seededRng('frames'));
    frames.takeDue(0);
    const late = frames.takeDue(10_000).filter(({ ssrc }) => ssrc === 1);
    expect(late.length).toBeLessThanOrEqual(5);
    expect(late.at(-1)?.timestamp).toBe(10_000 * 48);
  });
});
