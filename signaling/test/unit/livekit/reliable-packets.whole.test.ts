// Tests reliable data of a LiveKit client on its way into the room, with the budget of a real session, in virtual time.
import { DataPacket } from '@livekit/protocol';
import { fullBucket, limits, MeridianError, takeTokens } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DataMessage, ReliablePackets } from '../../../src/clients/livekit/reliable-packets.ts';
import { WaitingBytes } from '../../../src/clients/waiting-bytes.ts';
import { packetTopic } from '../../../src/core/livekit/index.ts';
import { bounds } from '../../../src/limits.ts';

const CHUNK_BYTES = 15_000;
const budget = { perSecond: limits.dataBytesPerSecond, burst: limits.dataBurstBytes };
const message = (topic: string, number = 0, bytes = CHUNK_BYTES): DataMessage => {
  const payload = new Uint8Array(bytes);
  if (bytes >= 4) new DataView(payload.buffer).setUint32(0, number);
  return { sendData: { topic, payload, lossy: false, destinationSessionIds: ['PA_2'] } };
};
const part = (streamId: string, isLast = false) => ({ streamId, isLast });
const numberOf = ({ sendData }: DataMessage): number =>
  new DataView(sendData.payload?.buffer ?? new ArrayBuffer(4), sendData.payload?.byteOffset).getUint32(0);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

let clock: ManualClock;
let waitingBytes: WaitingBytes;
let taken: DataMessage[];
let dropped: string[];
let packets: ReliablePackets;
/** Replaces the answer by the session's budget; undefined: the budget answers. */
let answer: ((one: DataMessage) => Promise<never> | undefined) | undefined;
let asking: number;
let askingMax: number;

function packetsOf(bucket = fullBucket(budget, 0)): ReliablePackets {
  let left = bucket;
  return new ReliablePackets({
    clock,
    waitingBytes,
    onDropped: (why) => void dropped.push(why),
    session: {
      ask: async (frame) => {
        const one = frame as DataMessage;
        asking += 1;
        askingMax = Math.max(askingMax, asking);
        try {
          await answer?.(one);
          const bytes = (one.sendData.payload?.byteLength ?? 0) + (one.sendData.topic?.length ?? 0);
          const { ok, bucket: after, retryAfterMs } = takeTokens(left, budget, clock.nowMs(), bytes);
          if (!ok) throw new MeridianError('RATE_LIMITED', '', { retryAfterMs });
          left = after;
          taken.push(one);
          return {} as never;
        } finally {
          asking -= 1;
        }
      },
    },
  });
}
beforeEach(() => {
  [clock, waitingBytes, taken, dropped, answer] = [new ManualClock(), new WaitingBytes(), [], [], undefined];
  [asking, askingMax] = [0, 0];
  packets = packetsOf();
});
/** Runs promises and due timers until nothing is left within the time. */
async function pass(ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  do await new Promise(setImmediate);
  while (clock.step(untilMs));
  clock.advance(untilMs - clock.nowMs());
}
const numbersOf = (topic: string): number[] => taken.filter(({ sendData }) => sendData.topic === topic).map(numberOf);
const ends = () =>
  taken.flatMap(({ sendData }) => {
    if (sendData.topic !== packetTopic) return [];
    const { value } = DataPacket.fromBinary(sendData.payload ?? new Uint8Array());
    const { streamId, reason } = value.case === 'streamTrailer' ? value.value : { streamId: '', reason: '' };
    return [{ streamId, reason, to: sendData.destinationSessionIds, lossy: sendData.lossy }];
  });
const chunksOf8MB = Math.ceil(bounds.liveKitSessionWaitingBytesMax / CHUNK_BYTES);

describe('reliable data of a client', () => {
  it('arrives whole and in order at the rate of its session, when 5 MB come at once', async () => {
    const count = Math.ceil(5_000_000 / CHUNK_BYTES);
    for (const number of upTo(count)) packets.send(message('file', number), part('a', number === count - 1));
    await pass(1000);
    expect(numbersOf('file').length * CHUNK_BYTES).toBeLessThanOrEqual(budget.burst + budget.perSecond);
    await pass(20_000);
    expect([numbersOf('file'), dropped, waitingBytes.bytes, clock.pendingTimers]).toEqual([upTo(count), [], 0, 0]);
    expect(askingMax).toBe(1);
  });

  it('passes the waiting parts of a stream, and other streams take turns with it', async () => {
    for (const number of upTo(200)) packets.send(message('file', number), part('a'));
    await pass(0);
    packets.send(message('note', 1, 10));
    packets.send(message('other file', 1), part('b', true));
    await pass(200);
    expect([numbersOf('note'), numbersOf('other file')]).toEqual([[1], [1]]);
    expect(numbersOf('file').length).toBeLessThan(50);
  });

  it.each(['RATE_LIMITED', 'BACKPRESSURE'] as const)('is retried after %s, in order', async (code) => {
    let refusals = 3;
    answer = () => {
      refusals -= 1;
      return refusals < 0 ? undefined : Promise.reject(new MeridianError(code));
    };
    for (const number of upTo(3)) packets.send(message('t', number));
    await pass(1000);
    expect([numbersOf('t'), dropped]).toEqual([[0, 1, 2], []]);
  });

  it('that is refused for another reason is dropped, and the next message continues', async () => {
    answer = (one) => (numberOf(one) === 1 ? Promise.reject(new MeridianError('NOT_PERMITTED')) : undefined);
    for (const number of upTo(3)) packets.send(message('t', number));
    await pass(1000);
    expect([numbersOf('t'), dropped, waitingBytes.bytes]).toEqual([[0, 2], ['NOT_PERMITTED'], 0]);
  });

  it('is kept unchanged, whatever happens to the memory in which it came', async () => {
    const [first, second] = [message('t', 1), message('t', 2)];
    packets.send(first);
    packets.send(second);
    second.sendData.payload?.fill(0xff);
    await pass(0);
    expect(numbersOf('t')).toEqual([1, 2]);
  });

  it('outside streams is dropped when too much waits, and accepted again later', async () => {
    answer = () => Promise.reject(new MeridianError('RATE_LIMITED', '', { retryAfterMs: 100 }));
    for (const number of upTo(chunksOf8MB + 10)) packets.send(message('t', number));
    expect(dropped.length).toBeGreaterThanOrEqual(10);
    expect(new Set(dropped)).toEqual(new Set(['RATE_LIMITED']));
    expect(waitingBytes.bytes).toBeLessThanOrEqual(bounds.liveKitSessionWaitingBytesMax);
    answer = undefined;
    await pass(60_000);
    packets.send(message('late', 5));
    await pass(0);
    expect([numbersOf('t').length, numbersOf('late'), waitingBytes.bytes]).toEqual([
      chunksOf8MB + 10 - dropped.length,
      [5],
      0,
    ]);
  });
});

describe('a stream for which there is no room', () => {
  it('ends for its receivers with a reason, its waiting and later parts are dropped, other streams arrive whole', async () => {
    for (const number of upTo(20)) packets.send(message('small', number), part('b', number === 19));
    for (const number of upTo(chunksOf8MB + 50)) packets.send(message('large', number), part('a'));
    packets.send(message('large', 9999), part('a', true));
    await pass(60_000);
    expect(ends()).toEqual([{ streamId: 'a', reason: 'RATE_LIMITED', to: ['PA_2'], lossy: false }]);
    expect(numbersOf('small')).toEqual(upTo(20));
    expect(numbersOf('large').length).toBeLessThan(50);
    const topics = taken.map(({ sendData }) => sendData.topic);
    expect(topics.lastIndexOf('large')).toBeLessThan(topics.indexOf(packetTopic));
    expect([waitingBytes.bytes, new Set(dropped)]).toEqual([0, new Set(['RATE_LIMITED', 'ignored.stream_given_up'])]);
  });

  it('may be sent once more after its last part', async () => {
    for (const number of upTo(chunksOf8MB + 1)) packets.send(message('large', number), part('a'));
    packets.send(message('large', 0), part('a', true));
    await pass(60_000);
    packets.send(message('again', 1), part('a', true));
    await pass(0);
    expect(numbersOf('again')).toEqual([1]);
  });

  it('leaves nothing behind when its last part finds no room', async () => {
    answer = () => Promise.reject(new MeridianError('RATE_LIMITED', '', { retryAfterMs: 100 }));
    const fits = Math.floor(bounds.liveKitSessionWaitingBytesMax / (CHUNK_BYTES + 256));
    for (const number of upTo(fits)) packets.send(message('large', number), part('a'));
    expect(dropped).toEqual([]);
    packets.send(message('large', fits), part('a', true));
    answer = undefined;
    await pass(1000);
    packets.send(message('again', 1), part('a'));
    await pass(0);
    expect([ends().length, numbersOf('again')]).toEqual([1, [1]]);
  });

  it('is remembered as given up, the latest streams up to a bound', async () => {
    answer = () => Promise.reject(new MeridianError('RATE_LIMITED', '', { retryAfterMs: 1000 }));
    for (const number of upTo(chunksOf8MB)) packets.send(message('t', number));
    const count = bounds.liveKitStreamsGivenUpMax + 1;
    for (const number of upTo(count)) packets.send(message('s', number), part(`s${number}`));
    answer = undefined;
    await pass(60_000);
    packets.send(message('first', 1), part('s0'));
    packets.send(message('second', 1), part('s1'));
    await pass(0);
    expect([numbersOf('first'), numbersOf('second')]).toEqual([[1], []]);
  });
});

it('a stream ends for its receivers even without waiting parts, when other sessions have taken all room', async () => {
  packets.send(message('file', 0), part('a'));
  await pass(0);
  waitingBytes.take(bounds.waitingBytesMax);
  packets.send(message('file', 1), part('a'));
  await pass(0);
  expect([numbersOf('file'), ends().map(({ streamId }) => streamId)]).toEqual([[0], ['a']]);
});

it('a call in parts ends for its receiver with a cut, since there is no stream of its own', async () => {
  packets.send(message('call', 0), { ...part('a'), cutTopic: 'the cut' });
  await pass(0);
  waitingBytes.take(bounds.waitingBytesMax);
  packets.send(message('call', 1), { ...part('a'), cutTopic: 'the cut' });
  await pass(0);
  const topics = taken.map(({ sendData }) => [sendData.topic, sendData.payload?.byteLength]);
  expect([topics.slice(1), ends()]).toEqual([[['the cut', 0]], []]);
});

it('the waiting ends of given-up streams are bounded', () => {
  answer = () => Promise.reject(new MeridianError('RATE_LIMITED', '', { retryAfterMs: 60_000 }));
  for (const number of upTo(chunksOf8MB)) packets.send(message('t', number));
  for (const number of upTo(10_000)) packets.send(message('s', number), part(`s${number}`));
  expect(waitingBytes.bytes).toBeLessThan(bounds.liveKitSessionWaitingBytesMax + 40_000);
});

it('all sessions of a node together keep at most a bound of bytes, and an ended session gives its share back', async () => {
  const all = upTo(20).map(() => packetsOf({ tokens: 0, atMs: 0 } as never));
  answer = () => Promise.reject(new MeridianError('RATE_LIMITED', '', { retryAfterMs: 60_000 }));
  for (const one of all) for (const number of upTo(chunksOf8MB)) one.send(message('t', number));
  expect(waitingBytes.bytes).toBeLessThanOrEqual(bounds.waitingBytesMax);
  expect(waitingBytes.bytes).toBeGreaterThan(bounds.waitingBytesMax - CHUNK_BYTES - 1000);
  for (const one of all) one.close();
  for (const one of all) one.close();
  expect([waitingBytes.bytes, clock.pendingTimers]).toEqual([0, 0]);
});

it('after the close no request is made and no message is kept', async () => {
  for (const number of upTo(100)) packets.send(message('t', number));
  packets.close();
  packets.send(message('late'));
  await pass(60_000);
  expect([taken.length, waitingBytes.bytes, clock.pendingTimers]).toEqual([1, 0, 0]);
});
