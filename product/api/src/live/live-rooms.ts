import { rpc, type wire } from '@meridian/protocol';
import type { Gateways } from './gateways.ts';

const ANSWER_MS = 1500;

export interface LiveVideo {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  /** Longest recent interval between key frames; 0 if unknown. */
  readonly keyFrameIntervalMs: number;
}
export interface LivePublisher {
  readonly identity: string;
  readonly protocol: string;
  readonly sinceWallMs: number;
  readonly video: LiveVideo | undefined;
  readonly audio: { readonly codec: string; readonly bitrateKbps: number } | undefined;
  readonly warnings: readonly string[];
  readonly gateway: string;
  readonly region: string;
}
export interface LiveOutput {
  readonly protocol: string;
  readonly viewers: number;
  readonly bitrateKbps: number;
}
export interface LiveRoom {
  /** Publishers, sorted by identity. */
  readonly publishers: readonly LivePublisher[];
  /** Outputs, sorted by protocol. */
  readonly outputs: readonly LiveOutput[];
  readonly silent: readonly string[];
}

/** `silent` lists gateways that did not answer. Never rejects. */
export async function liveRoomOf(gateways: Gateways, roomKey: string): Promise<LiveRoom> {
  const silent: string[] = [];
  const publishers: LivePublisher[] = [];
  const outputs = new Map<string, LiveOutput>();
  await Promise.all(
    gateways.all.map(async ({ nodeId, region }) => {
      try {
        const gatewayAnswer = await gateways.call(nodeId, rpc.liveRoom, { roomKey }, ANSWER_MS);
        publishers.push(...gatewayAnswer.publishers.map((one) => ({ ...publisherOf(one), gateway: nodeId, region })));
        for (const one of gatewayAnswer.outputs) {
          const { protocol, viewers, bitrateKbps } = one as wire.LiveOutput;
          const sumBefore = outputs.get(protocol) ?? { viewers: 0, bitrateKbps: 0 };
          const sum = { viewers: sumBefore.viewers + viewers, bitrateKbps: sumBefore.bitrateKbps + bitrateKbps };
          outputs.set(protocol, { protocol, ...sum });
        }
      } catch {
        silent.push(nodeId);
      }
    }),
  );
  return {
    publishers: publishers.sort((a, b) => compare(a.identity, b.identity) || compare(a.gateway, b.gateway)),
    outputs: [...outputs.values()].sort((a, b) => compare(a.protocol, b.protocol)),
    silent: silent.sort(),
  };
}

/** The cast is safe, since a decoded message has every field. */
function publisherOf(one: wire.LivePublisher.$Properties): Omit<LivePublisher, 'gateway' | 'region'> {
  const { identity, protocol, sinceWallMs, video, audio, warnings } = one as wire.LivePublisher;
  return {
    identity,
    protocol,
    sinceWallMs,
    warnings,
    video: video ? videoOf(video as wire.LiveVideo) : undefined,
    audio: audio ? audioOf(audio as wire.LiveAudio) : undefined,
  };
}

const videoOf = ({ codec, width, height, fps, bitrateKbps, keyFrameIntervalMs }: wire.LiveVideo): LiveVideo => ({
  codec,
  width,
  height,
  fps,
  bitrateKbps,
  keyFrameIntervalMs,
});
const audioOf = ({ codec, bitrateKbps }: wire.LiveAudio) => ({ codec, bitrateKbps });

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
