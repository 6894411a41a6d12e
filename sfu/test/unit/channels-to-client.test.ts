// When a channel that the node opens is open. The worker's side is played; against a real client it is in
// test/service/data-channels.test.ts.
import { EventEmitter } from 'node:events';
import type { DataChannel } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelHub, OnSctpMessage } from '../../src/adapters/mediasoup/channel-hub.ts';
import { ChannelsToClient } from '../../src/adapters/mediasoup/channels-to-client.ts';
import { ackMessage, payloadKind } from '../../src/core/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reliable: DataChannel = { label: '_reliable', ordered: true };
const lossy: DataChannel = { label: '_lossy', ordered: false, maxRetransmits: 0 };

class Sender extends EventEmitter {
  readonly sent: number[] = [];
  /** What the worker answers next. */
  answer: Promise<number> = Promise.resolve(0);
  buffered = 0;
  send(_message: Buffer, kind: number): Promise<number> {
    this.sent.push(kind);
    return this.answer;
  }
  getBufferedAmount(): Promise<number> {
    return Promise.resolve(this.buffered);
  }
  setBufferedAmountLowThreshold(): Promise<void> {
    return Promise.resolve();
  }
}

async function made(...wanted: DataChannel[]) {
  const senders: Sender[] = [];
  const heard = new Map<number, OnSctpMessage>();
  const hub = {
    sender: async () => {
      const sender = new Sender();
      senders.push(sender);
      return sender;
    },
    listen: async (_transport: unknown, streamId: number, onMessage: OnSctpMessage) =>
      void heard.set(streamId, onMessage),
  } as unknown as ChannelHub;
  const transport = new EventEmitter();
  const channels = await ChannelsToClient.create({
    transport: transport as unknown as types.WebRtcTransport,
    hub,
    channels: wanted,
  });
  const says = (state: types.SctpState): void => void transport.emit('sctpstatechange', state);
  const send = (label: string, bytes = 1): boolean => channels.send({ label, payload: new Uint8Array(bytes) });
  return { channels, senders, heard, says, send };
}
const opens = ({ sent }: Sender): number => sent.filter((kind) => kind === payloadKind.control).length;

describe('a channel of the node', () => {
  it('takes nothing before SCTP is connected', async () => {
    const { senders, says, send } = await made(reliable);
    says('connecting');
    expect([send('_reliable'), senders[0]?.sent]).toEqual([false, []]);
  });

  it('that is ordered takes messages behind its OPEN, which is sent once', async () => {
    const { senders, says, send } = await made(reliable);
    says('connected');
    expect(send('_reliable')).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(senders[0]?.sent).toEqual([payloadKind.control, payloadKind.binary]);
  });

  it('that may lose its OPEN sends it until that is acknowledged, and takes messages then', async () => {
    const { senders, heard, says, send } = await made(lossy);
    const [sender = new Sender()] = senders;
    says('connected');
    await vi.advanceTimersByTimeAsync(1200);
    heard.get(1)?.(Uint8Array.of(0x03), payloadKind.control);
    heard.get(1)?.(ackMessage, payloadKind.binary);
    expect([opens(sender), send('_lossy')]).toEqual([3, false]);
    heard.get(1)?.(ackMessage, payloadKind.control);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([opens(sender), send('_lossy')]).toEqual([3, true]);
  });

  it('is given up when it is not acknowledged', async () => {
    const { senders, says, send } = await made(lossy);
    says('connected');
    await vi.advanceTimersByTimeAsync(600_000);
    expect([opens(senders[0] ?? new Sender()), send('_lossy')]).toEqual([20, false]);
  });

  it.each<[string, (o: Awaited<ReturnType<typeof made>>) => void]>([
    ['the transport is closed', ({ channels }) => channels.close()],
    ['SCTP fails', ({ says }) => says('failed')],
  ])('is over, and opened no more, when %s', async (_why, end) => {
    const all = await made(reliable, lossy);
    all.says('connected');
    end(all);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(all.senders.map(opens)).toEqual([1, 1]);
    expect([all.send('_reliable'), all.send('_lossy')]).toEqual([false, false]);
  });

  it('is over when the worker does not have it any more', async () => {
    const { senders, says, send } = await made(reliable);
    says('connected');
    const [sender = new Sender()] = senders;
    sender.answer = Promise.reject(new Error('no such consumer'));
    expect(send('_reliable')).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(send('_reliable')).toBe(false);
  });

  it('takes nothing more while too much waits, and again when the worker says that little does', async () => {
    const { senders, heard, says, send } = await made(lossy);
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

  it('does not believe an answer that may be older than that word', async () => {
    const { senders, heard, says, send } = await made(lossy);
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
