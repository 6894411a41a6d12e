// Data channels of a client at a media node: a real browser's SCTP with a real worker's.
import { Buffer } from 'node:buffer';
import { call, limits, note, post, rpc, type wire } from '@meridian/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { channelRules } from '../../../sfu/src/core/index.ts';
import {
  type Attached,
  Cloud,
  room,
  type SignalingLink,
  sessionInfo,
  type TestNode,
  until,
} from '../../../sfu/test/service/kit/cloud.ts';
import { bounds } from '../../../signaling/src/limits.ts';
import { launchChromium } from '../support/browser.ts';
import { ChannelPeer, fingerprintOf } from '../support/channel-peer.ts';

let cloud: Cloud;
let node: TestNode;
let signaling: SignalingLink;
let browser: Browser;
let page: Page;
let counter = 0;

const reliable: wire.DataChannel.$Properties = { label: '_reliable', ordered: true };
const lossy: wire.DataChannel.$Properties = { label: '_lossy', ordered: false, maxRetransmits: 0 };
const withChannels: wire.Endpoint.$Properties = { webrtc: { dataChannels: [reliable, lossy] } };

beforeAll(async () => {
  [cloud, browser] = await Promise.all([Cloud.open(), launchChromium()]);
  node = await cloud.node('sfu-a');
  signaling = await cloud.signaling('sig-a', node);
});
afterAll(async () => {
  await Promise.all([cloud.close(), browser.close()]);
});
beforeEach(async () => {
  counter += 1;
  page = await browser.newPage();
});
afterEach(() => page.close());

interface JoinedSession {
  readonly at: { roomKey: string; sessionId: string };
  readonly attached: Attached;
  readonly peer: ChannelPeer;
}

async function connect({ sessionId }: Attached, transportId: string | null | undefined, sdp: string): Promise<void> {
  const fingerprint = fingerprintOf(sdp);
  await call(signaling.link, rpc.connectTransport, {
    room: room(),
    sessionId,
    connect: { transportId: transportId ?? '', fingerprint },
  });
}

async function join(
  labels: readonly string[],
  participant: wire.ParticipantInfo.$Properties = {},
): Promise<JoinedSession> {
  const peer = await ChannelPeer.open(page);
  const attached = await signaling.attach(counter, {
    participant,
    sendEndpoint: withChannels,
    recvEndpoint: withChannels,
  });
  const { sendTransport, recvTransport } = attached.answer;
  await connect(attached, sendTransport?.id, await peer.offer(labels));
  await peer.answer(sendTransport);
  await connect(attached, recvTransport?.id, await peer.take(recvTransport));
  return { at: { roomKey: 'dev/demo', sessionId: attached.sessionId }, attached, peer };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const heardOf = ({ at }: JoinedSession): string[] =>
  signaling
    .messagesOf('channelMessage')
    .filter(({ sessionId }) => sessionId === at.sessionId)
    .map(({ label, payload }) => `${label} ${Buffer.from(payload as Uint8Array).toString()}`);
const opened = async ({ peer }: JoinedSession, by: 'own' | 'opened', label: string): Promise<void> => {
  await until(`${label} is open`, async () => (await peer.states(by))[label]?.state === 'open');
};
const dropped = (): number => node.app.node.channels.counts.dropped;
const sendTo = ({ at }: JoinedSession, label: string, text: string): boolean =>
  post(signaling.link, note.channelMessage, { ...at, label, payload: bytesOf(text) });
const heardBy = async ({ peer }: JoinedSession): Promise<string[]> =>
  (await peer.heard()).map(({ label, payload }) => `${label} ${Buffer.from(payload, 'base64').toString()}`);

describe('a transport', () => {
  test('with data channels has a port and a largest message', async () => {
    const { answer } = await signaling.attach(counter, { sendEndpoint: withChannels });
    expect(answer.sendTransport?.sctp).toMatchObject({ port: 5000, maxMessageBytes: limits.dataBytesMax });
    expect(answer.recvTransport?.sctp).toBeNull();
  });
});

describe("a client's message", () => {
  test('reaches the signaling node of the session, with the label of the channel', async () => {
    const joined = await join(['_lossy', '_reliable']);
    await opened(joined, 'own', '_reliable');
    await joined.peer.send('_reliable', 'first');
    await joined.peer.send('_lossy', 'second');
    await until('both', () => heardOf(joined).length === 2);
    expect(heardOf(joined).sort()).toEqual(['_lossy second', '_reliable first']);
  });

  test.each(['_reliable', '_lossy'])(
    'of the largest size arrives over %s, and the browser refuses a larger one',
    async (label) => {
      const joined = await join(['_reliable', '_lossy']);
      await opened(joined, 'own', label);
      const largest = 'x'.repeat(limits.dataBytesMax);
      await until('it arrives', async () => {
        await joined.peer.send(label, largest);
        return heardOf(joined).length > 0;
      });
      expect(new Set(heardOf(joined))).toEqual(new Set([`${label} ${largest}`]));
      await expect(joined.peer.send(label, `${largest}y`)).rejects.toThrow('TypeError');
    },
  );

  test('of the largest size is not lost in a burst', async () => {
    const joined = await join(['_reliable']);
    await opened(joined, 'own', '_reliable');
    const before = dropped();
    await joined.peer.send('_reliable', 'x'.repeat(limits.dataBytesMax), { times: 64 });
    await until('all', () => heardOf(joined).length === 64);
    expect(dropped()).toBe(before);
  });

  test('is dropped while the participant may not send data', async () => {
    const joined = await join(['_reliable'], { canPublishData: false });
    await opened(joined, 'own', '_reliable');
    const before = dropped();
    await joined.peer.send('_reliable', 'mute');
    await until('it is dropped', () => dropped() === before + 1);
    const participant = { ...sessionInfo(counter, 'sig-a').participant, canPublishData: true };
    const { sessionId } = joined.at;
    await call(signaling.link, rpc.updateSession, { room: room(), sessionId, participant });
    await joined.peer.send('_reliable', 'heard');
    await until('the next', () => heardOf(joined).length > 0);
    expect(heardOf(joined)).toEqual(['_reliable heard']);
  });

  test('is limited by a rate, and a flood ends the session', async () => {
    const joined = await join(['_reliable']);
    await opened(joined, 'own', '_reliable');
    await joined.peer.send('_reliable', 'x', { times: channelRules.floodMessages.burst + 4000 });
    const end = await until('the end', () =>
      signaling.messagesOf('sessionEnded').find(({ sessionId }) => sessionId === joined.at.sessionId),
    );
    expect(end['code']).toBe('RATE_LIMITED');
    expect(heardOf(joined).length).toBeGreaterThanOrEqual(channelRules.messages.burst);
    expect(heardOf(joined).length).toBeLessThan(channelRules.floodMessages.burst / 2);
    expect(node.app.node.channels.counts.floods).toBe(1);
  });
});

describe('a message of the signaling node', () => {
  test('reaches the client over the channels that the node opens, on streams of its own', async () => {
    const joined = await join(['_reliable']);
    await opened(joined, 'opened', '_lossy');
    await opened(joined, 'opened', '_reliable');
    expect(await joined.peer.states('opened')).toEqual({
      _reliable: { id: 1, state: 'open', ordered: true, maxRetransmits: null },
      _lossy: { id: 3, state: 'open', ordered: false, maxRetransmits: 0 },
    });
    await until('both', async () => {
      sendTo(joined, '_reliable', 'first');
      sendTo(joined, '_lossy', 'second');
      return new Set(await heardBy(joined)).size === 2;
    });
    expect(new Set(await heardBy(joined))).toEqual(new Set(['_reliable first', '_lossy second']));
  });

  test.each([
    ['_reliable', limits.channelMessageBytesMax],
    ['_lossy', bounds.liveKitLossyPacketBytesMax],
  ])('of the largest size reaches the client over %s', async (label, bytesMax) => {
    const joined = await join(['_reliable']);
    await opened(joined, 'opened', label);
    const largest = 'x'.repeat(bytesMax);
    await until('it arrives', async () => {
      sendTo(joined, label, largest);
      return (await joined.peer.heard()).length > 0;
    });
    expect(new Set(await heardBy(joined))).toEqual(new Set([`${label} ${largest}`]));
  });

  test('is refused while too much waits for the client, and sent again afterwards', async () => {
    const joined = await join(['_reliable']);
    await opened(joined, 'opened', '_reliable');
    const { recv } = joined.attached;
    const payload = new Uint8Array(limits.channelMessageBytesMax);
    const send = (label: string): boolean => recv.sendChannel({ label, payload });
    expect(send('_unknown')).toBe(false);
    expect(recv.sendChannel({ label: '_reliable', payload: new Uint8Array() })).toBe(false);
    expect(recv.sendChannel({ label: '_reliable', payload: new Uint8Array(payload.byteLength + 1) })).toBe(false);
    // More than the worker takes, and less than may wait beside it.
    for (let count = 0; count < 30; count += 1) expect(send('_reliable')).toBe(true);
    expect(() => Array.from({ length: 300 }, () => send('_reliable'))).toThrow(
      expect.objectContaining({ code: 'BACKPRESSURE' }),
    );
    const isTaken = (): boolean => {
      try {
        return send('_reliable');
      } catch {
        return false;
      }
    };
    await until('room', isTaken);
  });
});
