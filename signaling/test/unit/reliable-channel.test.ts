// Tests reliable data to a client while there is no room on its way.
import { ManualClock } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import { ReliableChannel } from '../../src/clients/reliable-channel.ts';
import { WaitingBytes } from '../../src/clients/waiting-bytes.ts';
import { bounds } from '../../src/limits.ts';

const SIZE = 15_000;
const BYTES_MAX = 1024 * 1024;
const numbered = (number: number): Uint8Array => new Uint8Array(SIZE).fill(number % 256);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index % 256);

let clock: ManualClock;
let waitingBytes: WaitingBytes;
let sent: number[];
/** Number of further packets that the link accepts. */
let linkRoom: number;
let ends: number;
let channel: ReliableChannel;
const opened = (): ReliableChannel =>
  new ReliableChannel({
    clock,
    waitingBytes,
    bytesMax: BYTES_MAX,
    send: (payload) => {
      if (linkRoom === 0) return false;
      linkRoom -= 1;
      sent.push(payload[0] ?? -1);
      return true;
    },
    onFull: () => {
      ends += 1;
    },
  });
beforeEach(() => {
  [clock, waitingBytes, sent, linkRoom, ends] = [new ManualClock(), new WaitingBytes(), [], 0, 0];
  channel = opened();
});

it('packets wait in order while the link is full, and none overtakes', () => {
  expect(upTo(40).map((number) => channel.send(numbered(number)))).not.toContain(false);
  linkRoom = 1;
  channel.send(numbered(40));
  expect(sent).toEqual([]);
  linkRoom = 7;
  clock.advance(60);
  expect(sent).toEqual(upTo(7));
  linkRoom = Infinity;
  clock.advance(60);
  expect([sent, waitingBytes.bytes, clock.pendingTimers, ends]).toEqual([upTo(41), 0, 0, 0]);
});

it('when too many packets wait, the client is ended once, and no packet is sent or kept', () => {
  let count = 0;
  while (channel.send(numbered(count))) count += 1;
  expect(count).toBe(Math.floor(BYTES_MAX / (SIZE + 256)));
  linkRoom = Infinity;
  expect(channel.send(numbered(1))).toBe(false);
  clock.advance(60_000);
  expect([sent, ends, waitingBytes.bytes, clock.pendingTimers]).toEqual([[], 1, 0, 0]);
});

it('all clients together keep at most a bound of bytes; another client whose link has room is served', () => {
  const count = Math.ceil(bounds.waitingBytesMax / BYTES_MAX) + 2;
  for (const one of Array.from({ length: count }, opened))
    for (let left = Math.floor(BYTES_MAX / (SIZE + 256)); left > 0; left -= 1) one.send(numbered(0));
  expect(ends).toBeGreaterThan(0);
  expect(waitingBytes.bytes).toBeLessThanOrEqual(bounds.waitingBytesMax);
  linkRoom = 1;
  expect([channel.send(numbered(9)), sent]).toEqual([true, [9]]);
});

it('no packet waits after the close', () => {
  channel.send(numbered(1));
  channel.close();
  channel.close();
  linkRoom = Infinity;
  clock.advance(1000);
  expect([sent, waitingBytes.bytes, clock.pendingTimers]).toEqual([[], 0, 0]);
});
