// The worker is faked; proof/test/service/data-channels.whole.test.ts has a real client.
import { EventEmitter } from 'node:events';
import { type DataChannel, limits } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChannelHub, type OnSctpMessage, WaitingBytesBudget } from '../../src/adapters/mediasoup/channel-hub.ts';
import { ChannelsToClient, reliableHeldBytesMax } from '../../src/adapters/mediasoup/channels-to-client.ts';
import { ackMessage, payloadKind } from '../../src/core/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reliable: DataChannel = { label: '_reliable', ordered: true };
const lossy: DataChannel = { label: '_lossy', ordered: false, maxRetransmits: 0 };

class Sender extends EventEmitter {
  readonly sentKinds: number[] = [];
  readonly messages: Buffer[] = [];
  answer: Promise<number> = Promise.resolve(0);
  buffered = 0;
  send(message: Buffer, kind: number): Promise<number> {
    this.sentKinds.push(kind);
    if (kind === payloadKind.binary) this.messages.push(message);
    return this.answer;
  }
  getBufferedAmount(): Promise<number> {
    return Promise.resolve(this.buffered);
  }
  setBufferedAmountLowThreshold(): Promise<void> {
    return Promise.resolve();
  }
}

/** A worker with a buffer that a slow client empties (`readBytes`). */
class Worker extends Sender {
  bufferedMax = 0;
  override send(message: Buffer, kind: number): Promise<number> {
    void super.send(message, kind);
    this.buffered += message.byteLength;
    this.bufferedMax = Math.max(this.bufferedMax, this.buffered);
    return Promise.resolve(this.buffered);
  }
  readBytes(bytes: number): void {
    this.buffered = Math.max(0, this.buffered - bytes);
    if (this.buffered <= limits.clientBufferedBytesMax / 2) this.emit('bufferedamountlow', this.buffered);
  }
}

let waitingBytes: WaitingBytesBudget;
let makeSender: () => Sender;
beforeEach(() => {
  waitingBytes = new WaitingBytesBudget();
  makeSender = () => new Sender();
});

async function createChannels(...wanted: DataChannel[]) {
  const senders: Sender[] = [];
  const messageHandlers = new Map<number, OnSctpMessage>();
  const hub = {
    waitingBytes,
    createSender: async () => {
      const sender = makeSender();
      senders.push(sender);
      return sender;
    },
    onStreamMessage: async (_transport: unknown, streamId: number, onMessage: OnSctpMessage) =>
      void messageHandlers.set(streamId, onMessage),
  } as unknown as ChannelHub;
  const transport = new EventEmitter();
  const channels = await ChannelsToClient.create({
    transport: transport as unknown as types.WebRtcTransport,
    hub,
    channels: wanted,
  });
  const setSctpState = (state: types.SctpState): void => void transport.emit('sctpstatechange', state);
  const send = (label: string, bytes = 1): boolean => channels.send({ label, payload: new Uint8Array(bytes) });
  return { channels, senders, heard: messageHandlers, says: setSctpState, send };
}
const openCount = ({ sentKinds }: Sender): number => sentKinds.filter((kind) => kind === payloadKind.control).length;

describe('a channel of the node', () => {
  it('holds reliable messages until SCTP is connected, and sends them in order after its OPEN', async () => {
    const { senders, says, send } = await createChannels(reliable);
    const [sender = new Sender()] = senders;
    expect(send('_reliable', 1)).toBe(true);
    says('connecting');
    expect([send('_reliable', 2), sender.sentKinds]).toEqual([true, []]);
    says('connected');
    expect(send('_reliable', 3)).toBe(true);
    expect(sender.sentKinds).toEqual([payloadKind.control, payloadKind.binary, payloadKind.binary, payloadKind.binary]);
    expect(sender.messages.map(({ byteLength }) => byteLength)).toEqual([1, 2, 3]);
  });

  it('refuses reliable messages for a client that does not connect when too many bytes wait', async () => {
    const { channels, send } = await createChannels(reliable);
    let kept = 0;
    const all = (): void => {
      while (send('_reliable', 10_000)) kept += 10_000;
    };
    expect(all).toThrow('wait for the client');
    expect(kept).toBeGreaterThan(reliableHeldBytesMax * 0.9);
    channels.close();
    expect(send('_reliable')).toBe(false);
  });

  it('that is ordered sends its OPEN once, and messages without waiting for the acknowledgement', async () => {
    const { senders, says, send } = await createChannels(reliable);
    says('connected');
    expect(send('_reliable')).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(senders[0]?.sentKinds).toEqual([payloadKind.control, payloadKind.binary]);
  });

  it('repeats the OPEN of a lossy channel until it is acknowledged, and then accepts messages', async () => {
    const { senders, heard, says, send } = await createChannels(lossy);
    const [sender = new Sender()] = senders;
    says('connected');
    await vi.advanceTimersByTimeAsync(1200);
    heard.get(1)?.(Uint8Array.of(0x03), payloadKind.control);
    heard.get(1)?.(ackMessage, payloadKind.binary);
    expect([openCount(sender), send('_lossy')]).toEqual([3, false]);
    heard.get(1)?.(ackMessage, payloadKind.control);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([openCount(sender), send('_lossy')]).toEqual([3, true]);
  });

  it('is given up after 20 OPENs without an acknowledgement', async () => {
    const { senders, says, send } = await createChannels(lossy);
    says('connected');
    await vi.advanceTimersByTimeAsync(600_000);
    expect([openCount(senders[0] ?? new Sender()), send('_lossy')]).toEqual([20, false]);
  });

  it.each<[string, (o: Awaited<ReturnType<typeof createChannels>>) => void]>([
    ['the transport is closed', ({ channels }) => channels.close()],
    ['SCTP fails', ({ says }) => says('failed')],
  ])('is closed, and its OPEN not repeated, when %s', async (_why, end) => {
    const all = await createChannels(reliable, lossy);
    all.says('connected');
    end(all);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(all.senders.map(openCount)).toEqual([1, 1]);
    expect([all.send('_reliable'), all.send('_lossy')]).toEqual([false, false]);
  });

  it('refuses messages while too many bytes wait, and accepts them when the worker reports a low buffer', async () => {
    const { senders, heard, says, send } = await createChannels(lossy);
    const [sender = new Sender()] = senders;
    says('connected');
    heard.get(1)?.(ackMessage, payloadKind.control);
    sender.answer = Promise.resolve(60_000);
    expect(send('_lossy', 30_000)).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(send('_lossy', 30_000)).toBe(false);
    sender.emit('bufferedamountlow', 32_000);
    expect(send('_lossy', 30_000)).toBe(true);
  });

  it('ignores an answered buffer size that may be older than a report of a low buffer', async () => {
    const { senders, heard, says, send } = await createChannels(lossy);
    const [sender = new Sender()] = senders;
    says('connected');
    heard.get(1)?.(ackMessage, payloadKind.control);
    sender.answer = Promise.resolve(60_000);
    expect(send('_lossy', 30_000)).toBe(true);
    sender.buffered = 10;
    sender.emit('bufferedamountlow', 10);
    await vi.advanceTimersByTimeAsync(0);
    expect(send('_lossy', 30_000)).toBe(true);
  });
});

describe('a reliable channel to a client that reads slowly', () => {
  const size = 15_000;
  const numbered = (number: number): Uint8Array => {
    const payload = new Uint8Array(size);
    new DataView(payload.buffer).setUint32(0, number);
    return payload;
  };
  const open = async () => {
    const worker = new Worker();
    makeSender = () => worker;
    const { channels, says } = await createChannels(reliable);
    says('connected');
    const send = (payload: Uint8Array): boolean => channels.send({ label: '_reliable', payload });
    const numbers = (): number[] => worker.messages.map((message) => message.readUInt32BE(0));
    return { worker, channels, send, numbers };
  };
  /** Sends until BACKPRESSURE; returns the number of accepted messages. */
  const fill = (send: (payload: Uint8Array) => boolean): number => {
    for (let count = 0; ; count += 1)
      try {
        send(numbered(count));
      } catch (error) {
        expect(error).toMatchObject({ code: 'BACKPRESSURE' });
        return count;
      }
  };

  it('passes 5 MB in order, with at most `clientBufferedBytesMax` in the worker at a time', async () => {
    const { worker, send, numbers } = await open();
    const count = Math.ceil(5_000_000 / size);
    for (let number = 0; number < count; number += 1) {
      expect(send(numbered(number))).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
    }
    while (worker.buffered > 0) {
      worker.readBytes(100_000);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(worker.bufferedMax).toBeLessThanOrEqual(limits.clientBufferedBytesMax);
    expect(numbers()).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it('refuses a message with BACKPRESSURE when too many bytes wait, and all waiting messages arrive', async () => {
    const { worker, send, numbers } = await open();
    const acceptedCount = fill(send);
    expect(acceptedCount * size).toBeGreaterThan(reliableHeldBytesMax);
    expect(acceptedCount * size).toBeLessThanOrEqual(reliableHeldBytesMax + limits.clientBufferedBytesMax);
    await vi.advanceTimersByTimeAsync(0);
    while (worker.buffered > 0) {
      worker.readBytes(200_000);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(numbers()).toEqual(Array.from({ length: acceptedCount }, (_, index) => index));
  });

  it('keeps copies of waiting messages, so that their memory can be reused', async () => {
    const { worker, send, numbers } = await open();
    worker.buffered = limits.clientBufferedBytesMax - 1;
    send(Uint8Array.of(0, 0, 0, 1));
    await vi.advanceTimersByTimeAsync(0);
    const payload = numbered(2);
    send(payload);
    payload.fill(0xff);
    worker.readBytes(limits.clientBufferedBytesMax);
    expect(numbers()).toEqual([1, 2]);
  });

  it('lets no small message overtake a larger one for which the worker has no room', async () => {
    const { worker, send, numbers } = await open();
    worker.buffered = limits.clientBufferedBytesMax - 100;
    send(Uint8Array.of(0, 0, 0, 1));
    await vi.advanceTimersByTimeAsync(0);
    send(numbered(2));
    send(Uint8Array.of(0, 0, 0, 3));
    worker.readBytes(limits.clientBufferedBytesMax);
    expect(numbers()).toEqual([1, 2, 3]);
  });

  it('shares a limit of waiting bytes with the channels of all clients, and releases its bytes when it is closed', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, open));
    const acceptedCounts = all.map(({ send }) => fill(send));
    expect(acceptedCounts[0]).toBeGreaterThan(acceptedCounts.at(-1) ?? 0);
    expect(acceptedCounts.at(-1)).toBeLessThanOrEqual(limits.clientBufferedBytesMax / size);
    const [first, last] = [all[0], all.at(-1)];
    first?.channels.close();
    expect(last?.send(numbered(0))).toBe(true);
    expect(first?.send(numbered(0))).toBe(false);
  });
});
