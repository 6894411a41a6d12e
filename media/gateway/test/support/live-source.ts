import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlvFileReader, type FlvTag, flvTagType } from '@meridian/room-media/core';
import type { Clock, Timer } from '@meridian/runtime';
import { Publication } from '../../src/live/publications.ts';
import { FlvInput } from '../../src/room/flv-input.ts';
import type { PublishPoint } from '../../src/room/publish-point.ts';
import { runFfmpeg } from './ffmpeg.ts';

/** Two seconds with a key frame each second. */
export const CLIP_MS = 2000;
const TICK_MS = 10;

export interface ClipOptions {
  readonly size: string;
  readonly sampleRate: number;
  readonly channels: number;
}

export async function clip({ size, sampleRate, channels }: ClipOptions): Promise<readonly FlvTag[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-clip-'));
  const file = join(folder, 'clip.flv');
  const inputs = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`];
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${sampleRate}`];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
  const audio = ['-c:a', 'aac', '-ac', `${channels}`];
  await runFfmpeg([...inputs, ...tone, '-t', `${CLIP_MS / 1000}`, ...video, ...audio, file]).done;
  const tags = new FlvFileReader().push(readFileSync(file));
  rmSync(folder, { recursive: true });
  return tags
    .filter(({ type, timestampMs }) => type !== flvTagType.script && timestampMs < CLIP_MS)
    .map((tag) => ({ ...tag, body: tag.body.slice() }));
}

const isFormat = ({ body }: FlvTag): boolean => body[1] === 0;

/** Sends a clip repeatedly to a point; `refusals` has the reasons of its ends. */
export class LiveSource {
  readonly refusals: string[] = [];
  /** Shift of all later times. */
  leapMs = 0;
  /** Stops output while the clock of the source continues. */
  isStalled = false;
  readonly #input: FlvInput;
  readonly #leave: () => void;
  readonly #timer: Timer;
  readonly #startMs: number;
  readonly #clock: Clock;
  #clip: readonly FlvTag[];
  #next: readonly FlvTag[] | undefined;
  #sent = 0;

  constructor(o: { point: PublishPoint; clock: Clock; clip: readonly FlvTag[] }) {
    const encoder = { replaced: () => undefined, ended: (code: string) => void this.refusals.push(code) };
    o.point.attach(encoder);
    this.#leave = () => o.point.release(encoder);
    const publication = new Publication({ identity: 'source', protocol: 'rtmp', clientIp: '', clock: o.clock });
    this.#input = new FlvInput(o.point, encoder, publication);
    this.#clip = o.clip;
    this.#clock = o.clock;
    this.#startMs = o.clock.nowMs();
    this.#say(o.clip.filter(isFormat), 0);
    this.#timer = o.clock.every(TICK_MS, () => this.#tick());
  }

  change(to: readonly FlvTag[]): void {
    this.#next = to;
  }
  close(): void {
    this.#timer.cancel();
  }
  leave(): void {
    this.close();
    this.#leave();
  }

  #tick(): void {
    const nowMs = this.#clock.nowMs() - this.#startMs;
    for (;;) {
      const media = this.#clip.filter((tag) => !isFormat(tag));
      const tag = media[this.#sent % media.length];
      const roundMs = CLIP_MS * Math.floor(this.#sent / media.length);
      if (tag === undefined || tag.timestampMs + roundMs > nowMs) return;
      if (this.#next !== undefined && this.#sent % media.length === 0) {
        const rounds = this.#sent / media.length;
        this.#clip = this.#next;
        this.#next = undefined;
        this.#sent = rounds * this.#clip.filter((one) => !isFormat(one)).length;
        this.#say(this.#clip.filter(isFormat), roundMs);
        continue;
      }
      this.#sent += 1;
      if (!this.isStalled) this.#say([{ ...tag, timestampMs: tag.timestampMs + roundMs }], 0);
    }
  }

  #say(tags: readonly FlvTag[], shiftMs: number): void {
    for (const { type, timestampMs, body } of tags) {
      const kind = type === flvTagType.audio ? 'audio' : 'video';
      const refusal = this.#input.write(kind, timestampMs + shiftMs + this.leapMs, body);
      if (refusal !== undefined) this.refusals.push(refusal.code);
    }
  }
}
