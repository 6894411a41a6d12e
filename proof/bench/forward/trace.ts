// Packets of a camera of 1.2 Mbit/s as pure functions of time: the same for every server and in every run. Sizes are
// those of RTP, before SRTP.
//
// `burst` sends a whole frame at once, as encoders of streams do. Today's libwebrtc almost does so too: its pacer sends
// what 40 ms of its rate hold without a pause (`kDefaultBurstInterval`, `NextSendTime` in `pacing_controller.cc`), so
// that only the end of a key frame waits. `paced` has the same rate without bursts: two and a half times that of the
// media (`kDefaultPaceMultiplier`). Each packet comes alone, as from earlier libwebrtc, and is harder for a server.
import type { LightClients, Trace, TracePacket } from '../capacity/clients.ts';

export const traceNames = ['paced', 'burst'] as const;
export type TraceName = (typeof traceNames)[number];

export const videoKbps = 1200;
export const framesPerSecond = 30;
const keyFrameEvery = 90;
const keyFrameFactor = 4;
/** Largest share by which a frame is smaller or larger than the mean. */
const sizeSpread = 0.3;
export const packetBytesMax = 1200;
/** Headers of RTP and VP8, and the time stamp of the clients, with some payload. */
const packetBytesMin = 60;
const paceFactor = 2.5;
const goldenShare = 0.618_033_988_749_895;

/** How a frame is split: `full` packets and a shorter last one, or `equal` ones within a byte, as libwebrtc splits. */
export type Split = 'full' | 'equal';
export const splits: readonly Split[] = ['full', 'equal'];

const traces = new Map<string, Trace>();

/** Returns the trace of a camera, the same object at each call: a key frame, and the frames until the next one. */
export function cameraTrace(name: TraceName, split: Split): Trace {
  const known = traces.get(`${name} ${split}`);
  if (known !== undefined) return known;
  const trace = madeTrace(name, split);
  traces.set(`${name} ${split}`, trace);
  return trace;
}

function madeTrace(name: TraceName, split: Split): Trace {
  const frameUs = 1_000_000 / framesPerSecond;
  const packets: TracePacket[] = [];
  let freeUs = 0;
  for (const [frame, frameBytes] of frameSizes().entries()) {
    const sizes = sizesOf(frameBytes, split);
    for (const [at, bytes] of sizes.entries()) {
      const atUs = Math.max(frame * frameUs, name === 'paced' ? freeUs : 0);
      freeUs = atUs + (bytes * 8000) / (paceFactor * videoKbps);
      const place = { isFirst: at === 0, isLast: at === sizes.length - 1, isKey: frame === 0 };
      packets.push({ atUs: Math.round(atUs), bytes, ...place });
    }
  }
  return { periodUs: Math.round(keyFrameEvery * frameUs), packets };
}

/** Returns the bytes of each frame of a period. The mean over the period is that of the rate. */
function frameSizes(): number[] {
  const periodBytes = (videoKbps * 1000 * keyFrameEvery) / (8 * framesPerSecond);
  const unitBytes = periodBytes / (keyFrameEvery - 1 + keyFrameFactor);
  // Multiples of the golden ratio fill 0…1 evenly, so sizes differ without chance.
  const share = (frame: number): number => (frame * goldenShare) % 1;
  return Array.from({ length: keyFrameEvery }, (_, frame) =>
    Math.round(unitBytes * (frame === 0 ? keyFrameFactor : 1 + sizeSpread * (2 * share(frame) - 1))),
  );
}

/** Returns the sizes of the packets of a frame. */
export function sizesOf(frameBytes: number, split: Split): number[] {
  const count = Math.ceil(frameBytes / packetBytesMax);
  const equal = Math.floor(frameBytes / count);
  const larger = frameBytes % count;
  return Array.from({ length: count }, (_, at) =>
    split === 'equal'
      ? equal + (at >= count - larger ? 1 : 0)
      : Math.max(packetBytesMin, Math.min(packetBytesMax, frameBytes - at * packetBytesMax)),
  );
}

/** Opus of 64 kbit/s in packets of 20 ms: RTP with the extension of the audio level. */
const opusBytes = 180;
const opusMs = 20;

/**
 * Starts the media of a publisher: a camera if `video` is given, and a microphone. `index` counts publishers from 0; it
 * spreads their key frames over the period of the trace, and their sounds over 20 ms.
 */
export function sendMedia(
  clients: LightClients,
  transport: number,
  o: {
    readonly index: number;
    readonly trace: Trace;
    readonly video: { readonly ssrc: number; readonly payloadType: number } | undefined;
    /** `levelExtensionId` 0: without the extension, and as long. */
    readonly audio: { readonly ssrc: number; readonly payloadType: number; readonly levelExtensionId: number };
  },
): void {
  const share = (o.index * goldenShare) % 1;
  if (o.video !== undefined) {
    const phaseMs = Math.round((share * o.trace.periodUs) / 1000);
    clients.replay(transport, { ...o.video, trace: o.trace, phaseMs });
  }
  const opus = { kind: 'audio' as const, packetsPerFrame: 1, packetBytes: opusBytes };
  clients.publish(transport, { ...o.audio, ...opus, phaseMs: Math.round(share * opusMs) });
}
