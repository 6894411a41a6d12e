// Media that a tester sends: one Opus frame of silence and one VP8 picture, repeated.
import type { Rng } from '@meridian/runtime';
import type { SentRtp } from './media-connection.ts';

/** Opus: 20 ms of silence, mono (RFC 6716: CELT only, fullband, then two bytes of silence). */
const silentFrame = Uint8Array.of(0xf8, 0xff, 0xfe);
/** VP8 key frame, by `ffmpeg -f lavfi -i color=c=gray:s=32x32 -frames:v 1 -c:v libvpx -f ivf -`, from byte 44. */
const picture = Buffer.from('MAIAnQEqIAAgAABHCIWFiJmEiAICAAeQ88nA/sPgAA==', 'base64');
/** Payload descriptor of the start of a picture's first partition (RFC 7741, 4.2). */
const pictureStart = 0x10;

export const SOUND_MS = 20;
/** Frames of silence per picture, so that there are eight pictures a second, all of them key frames. */
const SOUNDS_PER_PICTURE = 6;
/** Backlog of ticks beyond which older ones are skipped, as after a pause of the process. */
const BACKLOG_TICKS_MAX = 5;

export interface FrameStream {
  readonly ssrc: number;
  readonly payloadType: number;
}

/** Returns the packets that are due. Sequence numbers begin below 2^15, as receivers of SRTP require. */
export class FrameSource {
  readonly #sound: FrameStream;
  readonly #picture: FrameStream;
  readonly #startedMs: number;
  readonly #firstSequenceNumber: number;
  #soundCount = 0;
  #pictureCount = 0;
  #tick = 0;

  constructor(streams: { readonly sound: FrameStream; readonly picture: FrameStream }, startedMs: number, rng: Rng) {
    this.#sound = streams.sound;
    this.#picture = streams.picture;
    this.#startedMs = startedMs;
    this.#firstSequenceNumber = rng.int(2 ** 15);
  }

  takeDue(nowMs: number): SentRtp[] {
    const endTick = Math.floor((nowMs - this.#startedMs) / SOUND_MS) + 1;
    this.#tick = Math.max(this.#tick, endTick - BACKLOG_TICKS_MAX);
    const packets: SentRtp[] = [];
    for (; this.#tick < endTick; this.#tick += 1) {
      packets.push(
        this.#packet(this.#sound, { count: this.#soundCount, clockRate: 48_000, marker: false, payload: silentFrame }),
      );
      this.#soundCount += 1;
      if (this.#tick % SOUNDS_PER_PICTURE !== 0) continue;
      const payload = Buffer.concat([Uint8Array.of(pictureStart), picture]);
      packets.push(
        this.#packet(this.#picture, { count: this.#pictureCount, clockRate: 90_000, marker: true, payload }),
      );
      this.#pictureCount += 1;
    }
    return packets;
  }

  #packet(
    { ssrc, payloadType }: FrameStream,
    o: { readonly count: number; readonly clockRate: number; readonly marker: boolean; readonly payload: Uint8Array },
  ): SentRtp {
    const { marker, payload } = o;
    const sequenceNumber = (this.#firstSequenceNumber + o.count) % 2 ** 16;
    const timestamp = (this.#tick * SOUND_MS * (o.clockRate / 1000)) % 2 ** 32;
    return { ssrc, payloadType, sequenceNumber, timestamp, marker, payload };
  }
}
