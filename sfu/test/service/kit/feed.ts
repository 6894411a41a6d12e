import type { Attached } from './cloud.ts';
import { opusPacket, vp8LayeredPacket, vp8Packet, vp9Picture } from './rtp.ts';

export interface Feed {
  readonly sent: number;
  stop(): void;
}

/**
 * Sends a packet of each stream, and a picture of an SVC stream, every 20 ms. Every tenth video packet is a key frame
 * unless `keyFrames` is false. From a key frame on, an SVC stream has as many spatial layers as `svcLayers` returns.
 */
export function feed(
  publisher: Attached,
  trackId: string,
  o: {
    audioSsrc?: number;
    videoSsrcs?: number[];
    keyFrames?: boolean;
    videoBytes?: number;
    /** VP8 streams, every second picture of which is of temporal layer 1. */
    layeredSsrcs?: number[];
    svcSsrc?: number;
    svcLayers?: () => number;
  },
): Feed {
  const producer = [...publisher.send.producers.values()].find(({ id }) => id.startsWith(`${trackId}@`));
  if (producer === undefined) throw new Error(`no producer of ${trackId}`);
  let sent = 0;
  let layerCount = 3;
  const timer = setInterval(() => {
    if (producer.closed) return;
    sent += 1;
    if (o.audioSsrc !== undefined) producer.handle.send(opusPacket(o.audioSsrc, sent));
    for (const ssrc of o.videoSsrcs ?? [])
      producer.handle.send(vp8Packet(ssrc, sent, o.keyFrames !== false && sent % 10 === 1, o.videoBytes));
    for (const ssrc of o.layeredSsrcs ?? [])
      producer.handle.send(vp8LayeredPacket(ssrc, sent, sent % 10 === 0, sent % 2));
    if (o.svcSsrc === undefined) return;
    const isKeyFrame = sent % 10 === 0;
    if (isKeyFrame) layerCount = o.svcLayers?.() ?? 3;
    for (const packet of vp9Picture(o.svcSsrc, sent, isKeyFrame, layerCount)) producer.handle.send(packet);
  }, 20);
  return {
    get sent() {
      return sent;
    },
    stop: () => clearInterval(timer),
  };
}

export const received = (subscriber: Attached, consumerId: string | null | undefined): number =>
  subscriber.recv.received.get(consumerId ?? '')?.length ?? 0;
