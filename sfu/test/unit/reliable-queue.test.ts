// Queue of reliable messages to signaling nodes: their order, their rate and the limits on waiting bytes.
import { limits } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { reliableRules } from '../../src/core/index.ts';
import { ReliableQueue } from '../../src/media/reliable-queue.ts';
import type { Session } from '../../src/media/session.ts';

interface FakeSession {
  closed: boolean;
}
const CHUNK_BYTES = 15_000;
const label = '_reliable';
const fakeSession = (): Session & FakeSession => ({ closed: false }) as Partial<Session> as Session & FakeSession;
const numbered = (number: number, bytes = CHUNK_BYTES): Uint8Array => {
  const payload = new Uint8Array(bytes);
  new DataView(payload.buffer).setUint32(0, number);
  return payload;
};
const numberOf = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset).getUint32(0);

let clock: ManualClock;
let queue: ReliableQueue;
let sent: [Session, number, number][];
let isFull: (session: Session) => boolean;
let lostCount: number;
beforeEach(() => {
  [clock, sent, isFull, lostCount] = [new ManualClock(), [], () => false, 0];
  queue = new ReliableQueue({
    clock,
    send: (session, { payload }) => !isFull(session) && sent.push([session, numberOf(payload), payload.byteLength]) > 0,
    onLost: (count) => {
      lostCount += count;
    },
  });
});
const numbersOf = (session: Session): number[] => sent.filter(([one]) => one === session).map(([, number]) => number);
const numbersBelow = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('reliable messages of a client', () => {
  it('all arrive in order and at their rate when 5 MB come at once', () => {
    const session = fakeSession();
    const count = Math.ceil(5_000_000 / CHUNK_BYTES);
    for (const number of numbersBelow(count))
      expect(queue.put(session, { label, payload: numbered(number) })).toBe(true);
    const { burst, perSecond } = reliableRules.bytes;
    for (let seconds = 0; seconds < 5; seconds += 1) {
      const bytes = sent.reduce((sum, [, , size]) => sum + size, 0);
      expect(bytes).toBeLessThanOrEqual(burst + seconds * perSecond);
      clock.advance(1000);
    }
    expect([numbersOf(session), queue.waitingBytes]).toEqual([numbersBelow(count), 0]);
  });

  it('are kept as copies, so that their memory can be reused', () => {
    const session = fakeSession();
    isFull = () => true;
    const payload = numbered(7);
    queue.put(session, { label, payload });
    payload.fill(0xff);
    isFull = () => false;
    clock.advance(100);
    expect(numbersOf(session)).toEqual([7]);
  });

  it('do not overtake each other when the link has room for the later one', () => {
    const session = fakeSession();
    isFull = () => true;
    queue.put(session, { label, payload: numbered(0) });
    isFull = () => false;
    queue.put(session, { label, payload: numbered(1, 10) });
    clock.advance(100);
    expect(numbersOf(session)).toEqual([0, 1]);
  });

  it('are not delayed by another client whose messages wait', () => {
    const [slow, other] = [fakeSession(), fakeSession()];
    isFull = (session) => session === slow;
    for (const number of numbersBelow(5)) queue.put(slow, { label, payload: numbered(number) });
    for (const number of numbersBelow(100)) queue.put(other, { label, payload: numbered(number) });
    clock.advance(5000);
    expect([numbersOf(slow), numbersOf(other)]).toEqual([[], numbersBelow(100)]);
  });

  it('are dropped when too many bytes of the session wait, and accepted again afterwards', () => {
    const session = fakeSession();
    isFull = () => true;
    let taken = 0;
    while (queue.put(session, { label, payload: numbered(taken) })) taken += 1;
    expect(queue.waitingBytes).toBeLessThanOrEqual(reliableRules.sessionBytesMax);
    expect(taken).toBe(Math.floor(reliableRules.sessionBytesMax / (CHUNK_BYTES + reliableRules.overheadBytes)));
    isFull = () => false;
    clock.advance(60_000);
    expect(queue.put(session, { label, payload: numbered(taken) })).toBe(true);
    expect(numbersOf(session)).toEqual(numbersBelow(taken + 1));
  });

  it('count towards the limit on waiting bytes even if they are empty', () => {
    const session = fakeSession();
    isFull = () => true;
    let taken = 0;
    while (queue.put(session, { label, payload: new Uint8Array() })) taken += 1;
    expect(taken).toBe(reliableRules.sessionBytesMax / reliableRules.overheadBytes);
  });

  it('are dropped when too many bytes of all clients wait, but a client without waiting messages is still served', () => {
    isFull = () => true;
    const sessions = numbersBelow(10).map(fakeSession);
    const payload = new Uint8Array(limits.channelMessageBytesMax);
    for (const session of sessions) while (queue.put(session, { label, payload }));
    expect(queue.waitingBytes).toBeLessThanOrEqual(reliableRules.allBytesMax);
    expect(queue.waitingBytes).toBeGreaterThan(reliableRules.allBytesMax - payload.byteLength - 1000);
    isFull = (session) => sessions.includes(session as never);
    const newcomer = fakeSession();
    expect(queue.put(newcomer, { label, payload: numbered(3) })).toBe(true);
    expect(numbersOf(newcomer)).toEqual([3]);
  });

  it('are dropped and counted when their session has ended', () => {
    const session = fakeSession();
    isFull = () => true;
    for (const number of numbersBelow(3)) queue.put(session, { label, payload: numbered(number) });
    session.closed = true;
    isFull = () => false;
    clock.advance(1000);
    expect([sent, lostCount, queue.waitingBytes, clock.pendingTimers]).toEqual([[], 3, 0, 0]);
  });

  it('are dropped when the node ends', () => {
    isFull = () => true;
    queue.put(fakeSession(), { label, payload: numbered(0) });
    queue.close();
    queue.close();
    expect([lostCount, queue.waitingBytes, clock.pendingTimers]).toEqual([1, 0, 0]);
  });
});
