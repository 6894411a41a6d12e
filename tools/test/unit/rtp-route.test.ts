// Two streams that follow each other reach a player as one.
import { expect, it } from 'vitest';
import { RtpRoute } from '../../lab/matrix/rtp-route.ts';

const packet = (ssrc: number, sequence: number, timestamp: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
};
const numbersOf = (bytes: Buffer): number[] => [bytes.readUInt16BE(2), bytes.readUInt32BE(4)];

it('a stream goes on where another one was, over wraps, and so do its reports', () => {
  const route = new RtpRoute(1);
  const through = (bytes: Buffer): number[] => {
    route.packet(bytes);
    return numbersOf(bytes);
  };
  expect(through(packet(1, 65_535, 2 ** 32 - 600))).toEqual([65_535, 2 ** 32 - 600]);
  const first = packet(2, 30_000, 900_000);
  route.follow(first);
  expect([route.ssrc, through(first)]).toEqual([2, [0, 3000]]);
  expect(through(packet(2, 30_001, 903_600))).toEqual([1, 6600]);
  const report = Buffer.alloc(28);
  report.writeUInt32BE(907_200, 16);
  route.report(report);
  expect(report.readUInt32BE(16)).toBe(10_200);
});
