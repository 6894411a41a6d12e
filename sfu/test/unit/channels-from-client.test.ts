// The worker is faked; proof/test/service/data-channels.whole.test.ts has a real client.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { expect, it } from 'vitest';
import type { ChannelHub, OnSctpMessage } from '../../src/adapters/mediasoup/channel-hub.ts';
import { ChannelsFromClient } from '../../src/adapters/mediasoup/channels-from-client.ts';
import { ackMessage, openMessage, payloadKind } from '../../src/core/index.ts';
import type { ChannelMessage } from '../../src/engine.ts';

/** `isGone`: the worker has dropped the sender. */
interface Sender {
  readonly streamId: number;
  isGone: boolean;
  isClosed: boolean;
}

async function createChannels() {
  const messageHandlers = new Map<number, OnSctpMessage>();
  const senders: Sender[] = [];
  const sent: [streamId: number, message: string, kind: number][] = [];
  const messages: ChannelMessage[] = [];
  const dropReasons: string[] = [];
  const hub = {
    onStreamMessage: async (_transport: unknown, streamId: number, onMessage: OnSctpMessage) =>
      void messageHandlers.set(streamId, onMessage),
    createSender: async (_transport: unknown, streamId: number) => {
      const sender: Sender = { streamId, isGone: false, isClosed: false };
      senders.push(sender);
      return {
        send: async (message: Buffer, kind: number) => {
          if (sender.isGone) throw new Error('no such consumer');
          sent.push([streamId, message.toString('hex'), kind]);
        },
        close: () => {
          sender.isClosed = true;
        },
      };
    },
  } as unknown as ChannelHub;
  await ChannelsFromClient.create({
    transport: {} as types.WebRtcTransport,
    hub,
    channels: [{ label: '_reliable', ordered: true }],
    events: { onMessage: (message) => messages.push(message), onDropped: (why) => dropReasons.push(why) },
  });
  const open = async (streamId: number, label = '_reliable'): Promise<void> => {
    messageHandlers.get(streamId)?.(openMessage({ label, ordered: true }), payloadKind.control);
    await nextTurn();
  };
  return { heard: messageHandlers, senders, sent, messages, dropped: dropReasons, open };
}

it('the node acknowledges only messages that open a channel of the endpoint', async () => {
  const { heard, sent, senders, dropped, open } = await createChannels();
  await open(0, '_other');
  heard.get(2)?.(Uint8Array.of(0x03), payloadKind.control);
  heard.get(2)?.(ackMessage, payloadKind.control);
  heard.get(2)?.(openMessage({ label: '_reliable', ordered: true }), payloadKind.binary);
  await nextTurn();
  expect([sent, senders, dropped]).toEqual([[], [], ['not_open', 'not_open', 'not_open', 'not_open']]);
});

it('the node acknowledges a channel on the stream that it was opened on, and accepts its messages', async () => {
  const { heard, sent, messages, dropped, open } = await createChannels();
  await open(4);
  expect(sent).toEqual([[4, '02', payloadKind.control]]);
  heard.get(4)?.(Uint8Array.of(7), payloadKind.binary);
  expect([messages, dropped]).toEqual([[{ label: '_reliable', payload: Uint8Array.of(7) }], []]);
});

it('the node drops the messages of a stream that is opened again with an unknown label', async () => {
  const { heard, messages, open } = await createChannels();
  await open(0);
  await open(0, '_other');
  heard.get(0)?.(Uint8Array.of(7), payloadKind.binary);
  expect(messages).toEqual([]);
});

it('the node acknowledges again with the same sender, or with a new one when the worker has dropped it', async () => {
  const { sent, senders, open } = await createChannels();
  await open(0);
  await open(0);
  expect([sent.length, senders.length]).toEqual([2, 1]);
  for (const sender of senders) sender.isGone = true;
  await open(0);
  expect([sent.length, senders.map(({ isClosed }) => isClosed)]).toEqual([3, [true, false]]);
});

it('the node acknowledges a channel opened again at most eight times, and counts every repetition as dropped', async () => {
  const { sent, dropped, open } = await createChannels();
  for (let times = 0; times < 50; times += 1) await open(0);
  await open(2);
  expect(sent.filter(([streamId]) => streamId === 0)).toHaveLength(8);
  expect(sent.filter(([streamId]) => streamId === 2)).toHaveLength(1);
  expect(dropped).toHaveLength(49);
});
