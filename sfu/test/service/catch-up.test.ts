// Viewers that join in the middle of a group of pictures (ADR 0026): an encoder with a key frame every 10 s, whose
// gateway is this test; a viewer in another region from the start, and a second viewer 5 s later.

import { call, rpc } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Attached, Cloud, room, type SignalingLink, trackIdOf, until, videoTrack } from './kit/cloud.ts';
import { encoderParameters, vp8Packet } from './kit/rtp.ts';

const [original, catchUps] = [2001, [2002, 2003]] as const;
const trackId = trackIdOf(1);

let cloud: Cloud;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let encoder: Encoder;

beforeEach(async () => {
  cloud = await Cloud.open();
  const nodes = [await cloud.node('node-a'), await cloud.node('node-b')] as const;
  await cloud.linked('node-a', 'node-b');
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
  #heard = 0;

  static async publish(signaling: SignalingLink): Promise<Encoder> {
    const publisher = await signaling.attach(1);
    const made = new Encoder();
    publisher.send.direct.observer.on('newproducer', (producer) => {
      made.#producers.set(producer.rtpParameters.encodings?.[0]?.ssrc ?? 0, producer);
    });
    await signaling.produce(publisher.sessionId, videoTrack(1), encoderParameters(original, catchUps));
    return made;
  }

  /**
   * Starts the catch-up streams that the media node has requested since the last call, each with the pictures since the
   * last key frame. Returns the number of all requests.
   */
  answer(signaling: SignalingLink): number {
    const asked = signaling.of('trackDemand').flatMap(({ demand }) => {
      const { catchUp = 0 } = demand as { catchUp?: number };
      return catchUp > 0 ? [catchUp] : [];
    });
    for (const number of asked.slice(this.#heard)) {
      const ssrc = catchUps[number - 1] ?? 0;
      this.#active.add(ssrc);
      for (const [at, picture] of this.#group.entries()) this.#send(ssrc, picture, at === 0);
    }
    this.#heard = asked.length;
    return this.#heard;
  }

  picture(number: number, isKey: boolean): void {
    if (isKey) this.#group = [];
    this.#group.push(number);
    this.#send(original, number, isKey);
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
  const grant = await cloud.grant({ trackId, puller: 'node-b', serving: 'node-a' });
  const attached = await signalingB.attach(n, { subscriptions: [{ trackId, carrierNodeId: 'node-a', grant }] });
  expect(attached.answer.failed).toEqual([]);
  attached.recv.become('connected');
  return { ...attached, consumerId: attached.answer.subscriptions[0]?.consumerId ?? '' };
}

/** Waits for the consumer of the original track beside the first consumer; returns its id. */
async function movedOf({ sessionId, consumerId }: Viewer): Promise<string> {
  const moved = await until('the viewer is given a consumer of the original', () =>
    signalingB
      .of('consumerMoved')
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
  const early = await viewer(5);
  const earlyOriginal = await movedOf(early);
  encoder.answer(signalingA);
  encoder.picture(1, true);
  await until('the first viewer has a picture', () => pictures(early, earlyOriginal).includes(1));
  await commit(early);
  for (const number of range(2, 50)) encoder.picture(number, false);
  const answered = encoder.answer(signalingA);

  const later = await viewer(6);
  const laterOriginal = await movedOf(later);
  await until('a catch-up stream is asked for', () => encoder.answer(signalingA) > answered);
  await until('the later viewer has the present', () => pictures(later, later.consumerId).includes(50));
  for (const number of range(51, 60)) encoder.picture(number, false);
  await until('the later viewer follows', () => pictures(later, later.consumerId).includes(60));
  expect(pictures(later, later.consumerId)).toEqual(range(1, 60));
  expect(pictures(later, laterOriginal)).toEqual([]);

  encoder.picture(61, true);
  await until('the original flows to the later viewer', () => pictures(later, laterOriginal).includes(61));
  await commit(later);
  for (const number of range(62, 70)) encoder.picture(number, false);
  await until('both have the last picture', () =>
    [pictures(early, earlyOriginal), pictures(later, laterOriginal)].every((seen) => seen.includes(70)),
  );
  expect(pictures(early, earlyOriginal)).toEqual(range(1, 70));
  expect(pictures(later, laterOriginal)).toEqual(range(61, 70));
  for (const [seen, id] of [
    [early, earlyOriginal],
    [later, laterOriginal],
  ] as const)
    expect(steps(sequences(seen, id)), 'sequence numbers without a gap').toEqual(new Set([1]));
  expect(pictures(later, later.consumerId).at(-1)).toBeLessThanOrEqual(61);
  expect(cloud.nodes.get('node-b')?.app.node.subscriber.catchUps.size).toBe(0);
});

/** Confirms that the client plays the original. */
async function commit({ sessionId, consumerId }: Viewer): Promise<void> {
  const done = { trackId, oldConsumerId: consumerId, trackEpoch: 1 };
  await call(signalingB.link, rpc.trackMoveCommit, { room: room(), sessionId, done });
}

const steps = (numbers: readonly number[]): Set<number> =>
  new Set(numbers.slice(1).map((number, at) => (number - (numbers[at] ?? 0)) & 0xffff));
