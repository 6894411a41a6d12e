// Viewers that join in the middle of a group of pictures (ADR 0026): an encoder with a key frame every 10 s, whose
// gateway is this test; a viewer in another region from the start, and a second viewer 5 s later.

import { call, rpc } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Attached, Cloud, room, type SignalingLink, trackIdOf, until, videoTrack } from './kit/cloud.ts';
import { encoderParameters, vp8Packet } from './kit/rtp.ts';

const [originalSsrc, catchUpSsrcs] = [2001, [2002, 2003]] as const;
const trackId = trackIdOf(1);

let cloud: Cloud;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let encoder: Encoder;

beforeEach(async () => {
  cloud = await Cloud.open();
  const nodes = [await cloud.node('node-a'), await cloud.node('node-b')] as const;
  await cloud.waitUntilLinked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', nodes[0]), await cloud.signaling('sig-b', nodes[1])];
  encoder = await Encoder.publish(signalingA);
});
afterEach(() => cloud.close());

/** Sends numbered pictures; catch-up streams begin on request of the media node. */
class Encoder {
  readonly #producers = new Map<number, types.Producer>();
  readonly #sequences = new Map<number, number>();
  #group: number[] = [];
  readonly #active = new Set<number>();
  #answeredCount = 0;

  static async publish(signaling: SignalingLink): Promise<Encoder> {
    const publisher = await signaling.attach(1);
    const made = new Encoder();
    publisher.send.direct.observer.on('newproducer', (producer) => {
      made.#producers.set(producer.rtpParameters.encodings?.[0]?.ssrc ?? 0, producer);
    });
    await signaling.produce(publisher.sessionId, videoTrack(1), encoderParameters(originalSsrc, catchUpSsrcs));
    return made;
  }

  /**
   * Starts the catch-up streams that the media node has requested since the last call, each with the pictures since the
   * last key frame. Returns the number of all requests.
   */
  answerRequests(signaling: SignalingLink): number {
    const requestedNumbers = signaling.messagesOf('trackDemand').flatMap(({ demand }) => {
      const { catchUp = 0 } = demand as { catchUp?: number };
      return catchUp > 0 ? [catchUp] : [];
    });
    for (const number of requestedNumbers.slice(this.#answeredCount)) {
      const ssrc = catchUpSsrcs[number - 1] ?? 0;
      this.#active.add(ssrc);
      for (const [at, picture] of this.#group.entries()) this.#send(ssrc, picture, at === 0);
    }
    this.#answeredCount = requestedNumbers.length;
    return this.#answeredCount;
  }

  sendPicture(number: number, isKey: boolean): void {
    if (isKey) this.#group = [];
    this.#group.push(number);
    this.#send(originalSsrc, number, isKey);
    for (const ssrc of this.#active) this.#send(ssrc, number, isKey);
  }

  #send(ssrc: number, picture: number, isKey: boolean): void {
    const sequence = (this.#sequences.get(ssrc) ?? 0) + 1;
    this.#sequences.set(ssrc, sequence);
    const packet = vp8Packet(ssrc, picture, isKey);
    packet.writeUInt16BE(sequence, 2);
    this.#producers.get(ssrc)?.send(packet);
  }
}

interface Viewer extends Attached {
  readonly consumerId: string;
}

async function viewer(n: number): Promise<Viewer> {
  const grant = await cloud.grant({ trackId, pullerId: 'node-b', carrierId: 'node-a' });
  const attached = await signalingB.attach(n, { subscriptions: [{ trackId, carrierNodeId: 'node-a', grant }] });
  expect(attached.answer.failed).toEqual([]);
  attached.recv.setState('connected');
  return { ...attached, consumerId: attached.answer.subscriptions[0]?.consumerId ?? '' };
}

/** Waits for the consumer of the original track beside the first consumer; returns its id. */
async function originalConsumerOf({ sessionId, consumerId }: Viewer): Promise<string> {
  const moved = await until('the viewer is given a consumer of the original', () =>
    signalingB
      .messagesOf('consumerMoved')
      .map((message) => message as { sessionId: string; moved: { oldConsumerId: string; subscription: object } })
      .find((message) => message.sessionId === sessionId && message.moved.oldConsumerId === consumerId),
  );
  const fresh = (moved.moved.subscription as { consumerId: string }).consumerId;
  await call(signalingB.link, rpc.resumeConsumers, { room: room(), sessionId, consumerIds: [fresh] });
  return fresh;
}

/** Returns the picture number of each packet that a consumer received, as a decoder gets them. */
function pictures({ recv }: Viewer, consumerId: string): number[] {
  return (recv.received.get(consumerId) ?? []).map((packet) => {
    const extension = (packet[0] ?? 0) & 0x10 ? 4 + 4 * packet.readUInt16BE(14) : 0;
    return packet.readUInt16BE(12 + extension + 2) & 0x7fff;
  });
}
const sequences = ({ recv }: Viewer, consumerId: string): number[] =>
  (recv.received.get(consumerId) ?? []).map((packet) => packet.readUInt16BE(2));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test('a later viewer gets the pictures since the last key frame, then the original; the first viewer misses nothing', async () => {
  const earlyViewer = await viewer(5);
  const earlyOriginal = await originalConsumerOf(earlyViewer);
  encoder.answerRequests(signalingA);
  encoder.sendPicture(1, true);
  await until('the first viewer has a picture', () => pictures(earlyViewer, earlyOriginal).includes(1));
  await commit(earlyViewer);
  for (const number of range(2, 50)) encoder.sendPicture(number, false);
  const answered = encoder.answerRequests(signalingA);

  const laterViewer = await viewer(6);
  const laterOriginal = await originalConsumerOf(laterViewer);
  await until('a catch-up stream is asked for', () => encoder.answerRequests(signalingA) > answered);
  await until('the later viewer has the present', () => pictures(laterViewer, laterViewer.consumerId).includes(50));
  for (const number of range(51, 60)) encoder.sendPicture(number, false);
  await until('the later viewer follows', () => pictures(laterViewer, laterViewer.consumerId).includes(60));
  expect(pictures(laterViewer, laterViewer.consumerId)).toEqual(range(1, 60));
  expect(pictures(laterViewer, laterOriginal)).toEqual([]);

  encoder.sendPicture(61, true);
  await until('the original flows to the later viewer', () => pictures(laterViewer, laterOriginal).includes(61));
  await commit(laterViewer);
  for (const number of range(62, 70)) encoder.sendPicture(number, false);
  await until('both have the last picture', () =>
    [pictures(earlyViewer, earlyOriginal), pictures(laterViewer, laterOriginal)].every((seen) => seen.includes(70)),
  );
  expect(pictures(earlyViewer, earlyOriginal)).toEqual(range(1, 70));
  expect(pictures(laterViewer, laterOriginal)).toEqual(range(61, 70));
  for (const [seen, id] of [
    [earlyViewer, earlyOriginal],
    [laterViewer, laterOriginal],
  ] as const)
    expect(steps(sequences(seen, id)), 'sequence numbers without a gap').toEqual(new Set([1]));
  expect(pictures(laterViewer, laterViewer.consumerId).at(-1)).toBeLessThanOrEqual(61);
  expect(cloud.nodes.get('node-b')?.app.node.subscriber.catchUps.size).toBe(0);
});

/** Confirms that the client plays the original. */
async function commit({ sessionId, consumerId }: Viewer): Promise<void> {
  const done = { trackId, oldConsumerId: consumerId, trackEpoch: 1 };
  await call(signalingB.link, rpc.trackMoveCommit, { room: room(), sessionId, done });
}

const steps = (numbers: readonly number[]): Set<number> =>
  new Set(numbers.slice(1).map((number, at) => (number - (numbers[at] ?? 0)) & 0xffff));
