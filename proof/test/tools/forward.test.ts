// The traces and the figures of `bench -- forward`: what every server receives, and what is made of the measurements.
import { describe, expect, test } from 'vitest';
import type { TracePacket } from '../../bench/capacity/clients.ts';
import {
  aimsOf,
  csvOf,
  delayAimsOf,
  interval,
  percentileBetween,
  type Row,
  ratioName,
  ratioOf,
} from '../../bench/forward/figures.ts';
import { classOf, Profile, samplesOf } from '../../bench/forward/profile.ts';
import { type Shape, shapeOf } from '../../bench/forward/run.ts';
import { cameraTrace, sizesOf, type TraceName, traceNames } from '../../bench/forward/trace.ts';
import { isMet } from '../../support/result.ts';

/** Frames of a trace, as lists of their packets. */
function framesOf(packets: readonly TracePacket[]): TracePacket[][] {
  const frames: TracePacket[][] = [];
  for (const packet of packets) {
    if (packet.isFirst) frames.push([]);
    frames.at(-1)?.push(packet);
  }
  return frames;
}
const bytesOf = (packets: readonly TracePacket[]): number => packets.reduce((sum, { bytes }) => sum + bytes, 0);

describe.each(traceNames)('the trace %s', (name: TraceName) => {
  const { packets, periodUs } = cameraTrace(name, 'full');
  const frames = framesOf(packets);

  test('has 1.2 Mbit/s in 30 frames a second, and a key frame of four times the size every 3 s', () => {
    expect(periodUs).toBe(3_000_000);
    expect((bytesOf(packets) * 8) / 3).toBeCloseTo(1_200_000, -4);
    expect(frames).toHaveLength(90);
    expect(packets.filter(({ isKey }) => isKey)).toEqual(frames[0]);
    const others = frames.slice(1);
    expect(bytesOf(frames[0] ?? []) / (bytesOf(others.flat()) / others.length)).toBeCloseTo(4, 1);
  });
  test('has full packets, a shorter last one in each frame, and marks where frames begin and end', () => {
    for (const frame of frames) {
      const marks = frame.map(({ isFirst, isLast }) => [isFirst, isLast]);
      expect(marks).toEqual(frame.map((_, at) => [at === 0, at === frame.length - 1]));
      for (const { bytes } of frame.slice(0, -1)) expect(bytes).toBe(1200);
    }
    expect(new Set(frames.map((frame) => frame.at(-1)?.bytes)).size).toBeGreaterThan(60);
  });
  test('is the same at every call, so that a client knows it by one number', () => {
    expect(cameraTrace(name, 'full')).toBe(cameraTrace(name, 'full'));
  });
});

test('burst sends every frame at once, paced each packet alone at two and a half times the rate', () => {
  for (const [at, frame] of framesOf(cameraTrace('burst', 'full').packets).entries())
    for (const { atUs } of frame) expect(atUs).toBe(Math.round((at * 1e6) / 30));
  const { packets } = cameraTrace('paced', 'full');
  for (const [at, packet] of packets.slice(1).entries()) {
    const before = packets[at];
    const pauseUs = ((before?.bytes ?? 0) * 8) / 3; // 3 Mbit/s
    expect(packet.atUs - (before?.atUs ?? 0)).toBeGreaterThanOrEqual(Math.floor(pauseUs) - 1);
  }
  // The end of the key frame, of nearly 20 kB, waits for its pace.
  expect(framesOf(packets)[0]?.at(-1)?.atUs).toBeGreaterThan(45_000);
});

test('packets of a frame are equal within a byte where libwebrtc splits, and never below the headers', () => {
  expect(sizesOf(2405, 'equal')).toEqual([801, 802, 802]);
  expect(sizesOf(2405, 'full')).toEqual([1200, 1200, 60]);
  expect(sizesOf(1200, 'full')).toEqual([1200]);
});

test('a shape has its publishers and subscribers; a meeting hears the others; speakers have no camera', () => {
  const heard = ({ publishers, hears }: Shape, subscriber: number): number[] =>
    Array.from({ length: publishers }, (_, at) => at).filter((publisher) => hears(subscriber, publisher));
  expect(shapeOf('1x120')).toMatchObject({ publishers: 1, subscribers: 120, video: true });
  expect(heard(shapeOf('1x120'), 0)).toEqual([0]);
  expect(shapeOf('8x8').video).toBe(true);
  expect(heard(shapeOf('8x8'), 3)).toEqual([0, 1, 2, 4, 5, 6, 7]);
  expect(shapeOf('10x100')).toMatchObject({ publishers: 10, subscribers: 100, video: false });
  expect(heard(shapeOf('10x100'), 3)).toHaveLength(10);
  const relay = shapeOf('relay');
  expect(Array.from({ length: relay.subscribers }, (_, at) => heard(relay, at)).flat()).toHaveLength(relay.publishers);
  for (const name of ['', '1', '0x5', '1x0', '11x20', '1x1000', 'axb'])
    expect(() => shapeOf(name)).toThrow('A shape is relay, or PUBLISHERSxSUBSCRIBERS');
});

const row = (round: number, server: string, cpuUsPerPacket: number, trace = 'paced'): Row => ({
  round,
  server,
  trace,
  cpuUsPerPacket,
  cpuUsByProcess: [0.125, cpuUsPerPacket - 0.125],
  processes: ['node', 'worker'],
  cores: 0.2,
  packetsPerSecond: 24_000,
  mbps: 160,
  lossShare: 0,
  silentStreams: 0,
  rssKbPerSession: 100,
  delayMsP50: 0.1,
  delayMsP99: 0.5,
  delayMsP999: 1,
  sendLateMsP99: 0,
  ownDrops: 0,
  othersShare: 0,
  clientCores: 0.3,
  stepNs: 1.5,
  datagramUs: 1.25,
});

describe('a ratio', () => {
  const rows = [
    row(0, 'ours', 4),
    row(0, 'floor', 2),
    row(0, 'ours', 400, 'burst'),
    row(1, 'ours', 9), // the machine is slow in this round, for both
    row(1, 'floor', 6),
    row(2, 'ours', 5),
    row(2, 'floor', 5),
    row(3, 'ours', 1000), // without its pair
  ];
  test('is the median over pairs of the same round and trace', () => {
    expect(ratioOf(rows, { trace: 'paced', server: 'ours', to: 'floor' })).toEqual({
      median: 1.5,
      from: 1,
      to: 2,
      pairs: 3,
    });
  });
  test('has the interval of the median by resampling, the same at every call', () => {
    const values = Array.from({ length: 40 }, (_, at) => 1 + at / 40);
    const once = interval(values);
    expect(interval(values)).toEqual(once);
    expect(once.from).toBeGreaterThan(1.2);
    expect(once.from).toBeLessThan(percentileBetween(values, 0.5));
    expect(once.to).toBeLessThan(1.8);
    expect(interval([7])).toEqual({ from: 7, to: 7 });
    expect(interval([]).from).toBeNaN();
  });
  test('has the name of the results', () => {
    expect(ratioName('paced', 'janus-best')).toBe('pacedToJanusBest');
    expect(ratioName('burst', 'floor')).toBe('burstToFloor');
  });
});

test('percentiles lie between neighbours', () => {
  expect(percentileBetween([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(percentileBetween([5], 0.99)).toBe(5);
  expect(percentileBetween([], 0.5)).toBeNaN();
});

test('aims that do not hold are named with their figures; others, and ratios without an aim, are not', () => {
  const ratio = (median: number) => ({ median, from: median, to: median, pairs: 6 });
  const ratios = new Map([
    ['burstToJanusBest', ratio(0.31)],
    ['burstToFloor', ratio(1)],
    ['pacedToStock', ratio(9)],
  ]);
  const missedOf = (shape: string) =>
    aimsOf(shape, ratios).flatMap((one) => (isMet(one) ? [] : [[one.figure, one.value, one.peer, one.limit]]));
  expect(missedOf('1x120')).toEqual([
    ['CPU time of a packet, 1x120 burst', 0.31, 'Janus with one event loop', 'the floor: 0.31'],
  ]);
  expect(aimsOf('1x120', ratios)).toHaveLength(2);
  expect(missedOf('8x8')).toEqual([['CPU time of a packet, 8x8 paced', 9, 'our node with a stock worker', undefined]]);
  expect(aimsOf('3x7', ratios)).toEqual([]);
});

test('delays of 1x120 stand beside the aim and the delay of the floor of the same run', () => {
  const rows = [
    { ...row(0, 'ours', 4), trace: 'paced', delayMsP50: 0.4, delayMsP99: 3 },
    { ...row(0, 'floor', 2), trace: 'paced', delayMsP50: 0.3, delayMsP99: 1 },
  ];
  expect(delayAimsOf('1x120', rows).map((one) => [one.figure, isMet(one), one.limit])).toEqual([
    ['p50 of the delay, paced, ms', true, 'the floor: 0.30'],
    ['p99 of the delay, paced, ms', false, 'the floor: 1.00'],
  ]);
  expect(delayAimsOf('8x8', rows)).toEqual([]);
});

test('the CSV has a head, a line for each trial, and its processes in one cell', () => {
  const [head = '', line = '', ...rest] = csvOf([row(2, 'ours', 4.123_456_789)]).split('\n');
  expect(head).toContain('round,server,trace,cpuUsPerPacket,cpuUsByProcess,');
  expect(line).toContain('2,ours,paced,4.12346,0.125+3.99846,node+worker,0.2,');
  expect(rest).toEqual(['']);
  expect(line.split(',')).toHaveLength(head.split(',').length);
});

describe('a profile', () => {
  const text = `
mediasoup-worke:
	ffffffff81a3b2c0 __ip_append_data.isra.0 ([kernel.kallsyms])
	ffffffff81a3c000 udp_sendmsg ([kernel.kallsyms])
	ffffffff81000000 do_syscall_64 ([kernel.kallsyms])
	    7f0000001000 sendmsg (/usr/lib/x86_64-linux-gnu/libc.so.6)

mediasoup-worke:
	ffffffff81a3b2c0 udp_queue_rcv_one_skb ([kernel.kallsyms])
	ffffffff81a3c000 process_backlog ([kernel.kallsyms])
	ffffffff81a3c000 udp_sendmsg ([kernel.kallsyms])

mediasoup-worke:
	    55d0c0ffee00 RTC::Router::OnTransportProducerRtpPacketReceived(RTC::Transport*, RTC::RtpPacket*) (/opt/mediasoup-worker)

mediasoup-worke:
	    7f0000002000 aesni_ctr32_ghash_6x (/usr/lib/x86_64-linux-gnu/libcrypto.so.3)

node:
	    7f0000003000 [unknown] (/tmp/perf-1.map)
`;
  test('has the class of each sample by the function that ran, and in the kernel by its callers', () => {
    const samples = samplesOf(text);
    const classes = ['kernelSend', 'kernelReceiveOfOthers', 'worker', 'crypto', 'agent'];
    expect(samples.map(classOf)).toEqual(classes);
    expect(samples[0]?.frames).toHaveLength(4);
    expect(samples[2]?.frames[0]?.file).toBe('/opt/mediasoup-worker');
  });
  test('has shares of all samples, and the most frequent functions first', () => {
    const profile = new Profile();
    for (const sample of [...samplesOf(text), ...samplesOf(text).slice(0, 1)]) profile.add(sample);
    expect(profile.percent['kernelSend']).toBeCloseTo(33.3, 1);
    expect(Object.keys(profile.percent)).not.toContain('libuv');
    expect(profile.top[0]).toEqual({ name: 'kernelSend __ip_append_data.isra.0', percent: 100 / 3 });
  });
});
