// Participants of rooms who send what was coded before: H.264 and Opus, as a gateway of the cloud's host has them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RtpSockets } from '@meridian/opener';
import { type AudioFormat, splitAnnexB } from '@meridian/opener/core';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { type Encoder, PublishPoint } from '../../../gateway/src/room/publish-point.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { TestGateway } from '../../../test/support/test-gateway.ts';
import { framesOf, made } from '../../support/made.ts';

const FPS = 30;
const FILM_S = 10;
const FILM_MS = FILM_S * 1000;
const PACKET_MS = 20;
const PICTURE_KBPS = 1200;
const opus: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };
/** How often units that are due are sent. */
const BEAT_MS = 10;
const none = (): never => {
  throw new Error('nothing is converted here');
};

/** What all of them send, again and again. */
export interface Film {
  readonly pictures: readonly { readonly nals: readonly Uint8Array[]; readonly isKey: boolean }[];
  readonly sounds: readonly Uint8Array[];
  readonly kbps: number;
}

/** Ten seconds of 640x360 at 30 pictures a second, a key frame each second, 1.2 Mbit/s; and of sound. */
export async function madeFilm(): Promise<Film> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-film-'));
  try {
    const [picture, sound] = [join(folder, 'picture.nut'), join(folder, 'sound.nut')];
    const rate = `${PICTURE_KBPS}k`;
    await made([
      ...['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${FPS},noise=alls=20:allf=t`, '-t', `${FILM_S}`],
      ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-bf', '0'],
      ...['-g', `${FPS}`, '-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate],
      ...['-bsf:v', 'dump_extra=freq=keyframe', picture],
    ]);
    await made([
      ...['-f', 'lavfi', '-i', `aevalsrc='0.1*sin(2*PI*(200+150*sin(3*t))*t)':s=48000:d=${FILM_S}`],
      ...['-c:a', 'libopus', '-b:a', '48k', '-frame_duration', `${PACKET_MS}`, '-vbr', 'off', sound],
    ]);
    const pictures = (await framesOf(['-i', picture, '-c', 'copy'])).slice(0, FILM_S * FPS);
    const sounds = (await framesOf(['-i', sound, '-c', 'copy'])).slice(0, FILM_MS / PACKET_MS);
    const bytes = [...pictures, ...sounds].reduce((sum, { data }) => sum + data.length, 0);
    return {
      pictures: pictures.map(({ data, isKey }) => ({ nals: splitAnnexB(data) ?? [], isKey })),
      sounds: sounds.map(({ data }) => data),
      kbps: (bytes * 8) / FILM_MS,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Sending {
  readonly point: PublishPoint;
  readonly encoder: Encoder;
  /** When its film began. */
  readonly startMs: number;
  pictures: number;
  sounds: number;
}

export class Publishers {
  readonly #cloud: TestCloud;
  readonly #gateway: TestGateway;
  readonly #film: Film;
  readonly #clock = systemClock();
  readonly #log = createLogger({ name: 'bench', level: 'silent' });
  readonly #sending = new Set<Sending>();
  readonly #timer: NodeJS.Timeout;
  /** Why one of them has ended by itself. */
  ended: string | undefined;

  static async start(cloud: TestCloud, film: Film): Promise<Publishers> {
    return new Publishers(cloud, await TestGateway.start(cloud, 'gateway-bench', 'frankfurt'), film);
  }

  private constructor(cloud: TestCloud, gateway: TestGateway, film: Film) {
    this.#cloud = cloud;
    this.#gateway = gateway;
    this.#film = film;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** One more participant, who sends from now on. */
  async add(room: string, identity: string): Promise<void> {
    const point = await PublishPoint.open({
      links: { sockets: () => this.#gateway.sockets() },
      sockets: new RtpSockets({ listen: undefined, log: this.#log }),
      token: () => this.#cloud.token(room, identity),
      protocol: 'rtmp',
      clientIp: '',
      clock: this.#clock,
      rng: secureRng(),
      log: this.#log,
      converters: none,
      videoConverters: none,
      bframes: 'refuse',
      onClosed: () => undefined,
    });
    const onEnded = (code: string, words: string): void => {
      this.ended ??= `${identity}: ${code} ${words}`;
    };
    const encoder: Encoder = { replaced: () => undefined, ended: onEnded };
    point.attach(encoder);
    this.#sending.add({ point, encoder, startMs: this.#clock.nowMs(), pictures: 0, sounds: 0 });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const { point } of this.#sending) point.close();
    await this.#gateway.close();
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    for (const sending of this.#sending) {
      const { point, encoder, startMs } = sending;
      for (; dueMs(startMs, sending.pictures, 1000 / FPS) <= nowMs; sending.pictures += 1) {
        const ptsMs = dueMs(startMs, sending.pictures, 1000 / FPS);
        const { nals, isKey } = again(this.#film.pictures, sending.pictures);
        point.writeVideo(encoder, { kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals });
      }
      for (; dueMs(startMs, sending.sounds, PACKET_MS) <= nowMs; sending.sounds += 1) {
        const ptsMs = dueMs(startMs, sending.sounds, PACKET_MS);
        point.writeAudio(encoder, { kind: 'audio', ptsMs, data: again(this.#film.sounds, sending.sounds) }, opus);
      }
    }
  }
}

const dueMs = (startMs: number, at: number, everyMs: number): number => startMs + at * everyMs;

function again<T>(all: readonly T[], at: number): T {
  const found = all[at % all.length];
  if (found === undefined) throw new Error('a film without pictures or sound');
  return found;
}
