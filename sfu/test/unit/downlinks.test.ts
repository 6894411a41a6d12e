// When media/downlinks.ts asks the worker. Sessions, tracks and consumers are pretended; they count the questions.
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { Downlinks, type DownlinksPorts } from '../../src/media/downlinks.ts';

const tickMs = 250;

interface Receiver {
  estimateBps: number | undefined;
  lossShare: number;
  readonly holds: boolean[];
}

/** A room with one camera and one microphone, and `count` receivers of both. */
function roomOf(count: number, videoBps: number) {
  const asked = { downlinks: 0, roundTrips: 0, rates: 0, looks: 0 };
  const bitrates = { video: videoBps, audio: 32_000 };
  const trackOf = (kind: 'video' | 'audio') => ({
    info: { source: 'camera' },
    producer: {
      kind,
      bitrateBps: async () => {
        asked.rates += 1;
        return bitrates[kind];
      },
    },
  });
  const tracks = { video: trackOf('video'), audio: trackOf('audio') };
  const receivers: Receiver[] = [];
  const sessions = new Map<string, object>();
  const addReceiver = (): void => {
    const receiver: Receiver = { estimateBps: 1_500_000, lossShare: 0, holds: [] };
    receivers.push(receiver);
    const subscriptionOf = (kind: 'video' | 'audio') => ({
      trackId: kind,
      track: tracks[kind],
      preferences: { priority: 0 },
      isWanted: true,
      isHeldFor: () => receiver.holds.at(-1) ?? false,
      setHold: async (_reason: string, isHeld: boolean) => void receiver.holds.push(isHeld),
      state: () => ({}),
      consumer: {
        kind,
        layerKind: 'simple',
        producerPaused: false,
        roundTripMs: async () => {
          asked.roundTrips += 1;
          return 40;
        },
      },
    });
    const subscriptions = new Map([
      ['video', subscriptionOf('video')],
      ['audio', subscriptionOf('audio')],
    ]);
    const recv = {
      followEstimate: async () => undefined,
      get estimateBps() {
        return receiver.estimateBps;
      },
      downlink: async () => {
        asked.downlinks += 1;
        return { availableBps: receiver.estimateBps, lossShare: receiver.lossShare };
      },
    };
    sessions.set(String(receivers.length), {
      at: {},
      closed: false,
      subscriptions: Object.assign(subscriptions, {
        values: () => {
          asked.looks += 1;
          return Map.prototype.values.call(subscriptions);
        },
      }),
      recv,
      recvTransport: recv,
    });
  };
  for (let at = 0; at < count; at += 1) addReceiver();
  const clock = new ManualClock();
  const downlinks = new Downlinks({
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    rooms: { sessions },
    outbox: { consumerChanged: () => undefined },
  } as unknown as DownlinksPorts);
  const passTicks = async (ticks: number): Promise<typeof asked> => {
    Object.assign(asked, { downlinks: 0, roundTrips: 0, rates: 0, looks: 0 });
    for (let tick = 0; tick < ticks; tick += 1) {
      clock.advance(tickMs);
      await downlinks.stepSessions();
    }
    return asked;
  };
  return { receivers, bitrates, addReceiver, passTicks };
}

const seconds = (count: number): number => (count * 1000) / tickMs;

describe('the questions to the worker', () => {
  it('stop for receivers whose downlinks have room: a rate and a round trip a second are left', async () => {
    const { passTicks } = roomOf(120, 1_200_000);
    await passTicks(seconds(1));
    expect(await passTicks(seconds(10))).toEqual({ downlinks: 0, roundTrips: 10, rates: 11, looks: 120 * 10 + 10 });
  });

  it('are put once for all receivers of a track', async () => {
    const { receivers, passTicks } = roomOf(60, 1_600_000);
    await passTicks(seconds(1));
    const { downlinks, rates } = await passTicks(1);
    expect(downlinks).toBe(receivers.length);
    expect(rates).toBeLessThanOrEqual(2);
    expect((await passTicks(seconds(10))).rates).toBeLessThanOrEqual(2 * seconds(10));
  });

  it('are put at the next tick to a receiver that joins', async () => {
    const { addReceiver, passTicks } = roomOf(2, 1_200_000);
    await passTicks(seconds(3));
    addReceiver();
    expect(await passTicks(1)).toMatchObject({ downlinks: 1 });
  });

  it('stop while the worker has no estimate, as of a receiver without feedback', async () => {
    const { receivers, passTicks } = roomOf(1, 1_200_000);
    for (const receiver of receivers) receiver.estimateBps = undefined;
    await passTicks(1);
    expect(await passTicks(seconds(10))).toMatchObject({ downlinks: 0, roundTrips: 0 });
  });

  it('never stop for a stream that lacks room, and do for small ones', async () => {
    const large = roomOf(1, 1_600_000);
    await large.passTicks(seconds(1));
    expect(await large.passTicks(seconds(10))).toMatchObject({ downlinks: seconds(10) });
    const small = roomOf(1, 100_000);
    for (const receiver of small.receivers) receiver.estimateBps = 50_000;
    await small.passTicks(seconds(1));
    expect(await small.passTicks(seconds(10))).toMatchObject({ downlinks: 0 });
  });

  it('begin again at once when the estimate falls, though it leaves room', async () => {
    const { receivers, passTicks } = roomOf(2, 300_000);
    await passTicks(seconds(1));
    Object.assign(receivers[1] ?? {}, { estimateBps: 900_000 });
    expect(await passTicks(1)).toMatchObject({ downlinks: 1 });
  });

  it('begin again within a second when the stream grows beyond the room', async () => {
    const { bitrates, passTicks } = roomOf(1, 300_000);
    await passTicks(seconds(2));
    bitrates.video = 4_000_000;
    expect((await passTicks(seconds(1.5))).downlinks).toBeGreaterThanOrEqual(1);
  });
});

it('a downlink that loses packets after a long rest is noticed at its third tick', async () => {
  const { receivers, passTicks } = roomOf(120, 1_200_000);
  await passTicks(seconds(60));
  Object.assign(receivers[77] ?? {}, { estimateBps: 500_000, lossShare: 0.4 });
  await passTicks(3);
  expect(receivers.flatMap(({ holds }, at) => holds.map((isHeld) => [at, isHeld]))).toEqual([[77, true]]);
});
