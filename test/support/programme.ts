// An encoder by RTMP whose picture and sound are made here, and so can break at any moment: a person in front of a
// camera that stands on a table, and speech with pauses.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { h264 } from './ffmpegs.ts';

const WIDTH = 640;
const HEIGHT = 360;
const RATE = 10;
const SAMPLE_RATE = 48_000;
const TICK_MS = 1000 / RATE;
/** A second of both waits for an encoder that is slow: then what is due is left out. */
const QUEUE_BYTES_MAX = RATE * WIDTH * HEIGHT * 1.5;
/** Speech: two seconds of words, one of silence. */
const [WORDS_S, SENTENCE_S] = [2, 3];
/** The camera's own noise: each pixel is off by up to so much, out of 255. */
const NOISE = 2;
/** Pictures of noise, in turn: to make it anew for each picture takes a core. */
const NOISES = 7;

export class Programme {
  picture: 'talking' | 'black' | 'frozen' = 'talking';
  sound: 'speech' | 'silent' = 'speech';
  /** Nothing is sent, while the connection stays. */
  isStopped = false;
  readonly #ffmpeg: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #startMs = performance.now();
  readonly #noises = Array.from({ length: NOISES }, (_, seed) => noiseOf(seed));
  readonly #black = Buffer.concat([Buffer.alloc(WIDTH * HEIGHT, 16), Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  #last: Buffer = this.#black;
  #frames = 0;

  /** Publishes to this URL until `close`. */
  constructor(url: string) {
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${WIDTH}x${HEIGHT}`, '-r', `${RATE}`, '-i', 'pipe:3'];
    const pcm = ['-f', 's16le', '-ar', `${SAMPLE_RATE}`, '-ac', '1', '-i', 'pipe:4'];
    const coded = [...h264(), '-g', `${RATE}`, '-preset', 'ultrafast', '-threads', '1', '-c:a', 'aac', '-b:a', '64k'];
    const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-probesize', '32', ...raw, ...pcm, ...coded];
    this.#ffmpeg = spawn('ffmpeg', [...args, '-f', 'flv', url], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
    });
    for (const pipe of this.#pipes) pipe.on('error', () => undefined); // it is killed while bytes are under way
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ffmpeg.kill('SIGKILL');
  }

  get #pipes(): Writable[] {
    return this.#ffmpeg.stdio.slice(3) as Writable[];
  }

  #tick(): void {
    const due = Math.floor((performance.now() - this.#startMs) / TICK_MS);
    for (; this.#frames < due; this.#frames += 1) {
      if (this.isStopped || this.#pipes.some((pipe) => pipe.writableLength > QUEUE_BYTES_MAX)) continue;
      if (this.picture === 'black') this.#last = this.#black;
      else if (this.picture === 'talking') this.#last = talkingPicture(this.#frames, this.#noises);
      const [video, audio] = this.#pipes;
      video?.write(this.#last);
      audio?.write(this.sound === 'speech' ? speech(this.#frames) : Buffer.alloc((2 * SAMPLE_RATE) / RATE));
    }
  }
}

/** A still room, a head that sways by some pixels, a mouth; and noise. */
function talkingPicture(frame: number, noises: readonly Uint8Array[]): Buffer {
  const picture = Buffer.alloc(WIDTH * HEIGHT * 1.5, 128);
  picture.set(noises[frame % noises.length] ?? []);
  const seconds = frame / RATE;
  const x = Math.round(WIDTH / 2 + 4 * Math.sin(seconds));
  ellipse(picture, { x, y: 170, width: 70, height: 95, luma: 170 });
  const isOpen = seconds % SENTENCE_S < WORDS_S && frame % 2 === 0;
  ellipse(picture, { x, y: 220, width: 22, height: isOpen ? 10 : 3, luma: 90 });
  return picture;
}

function ellipse(
  picture: Buffer,
  o: { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly luma: number },
): void {
  for (let dy = -o.height; dy <= o.height; dy += 1) {
    const half = Math.floor(o.width * Math.sqrt(1 - (dy / o.height) ** 2));
    const row = (o.y + dy) * WIDTH + o.x;
    picture.fill(o.luma, row - half, row + half);
  }
}

/** The room with one picture of noise, the same for the same seed. */
function noiseOf(seed: number): Uint8Array {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  let state = seed + 1;
  for (let at = 0; at < luma.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    luma[at] = 60 + Math.floor((80 * (at % WIDTH)) / WIDTH) + ((state >>> 16) % (2 * NOISE + 1)) - NOISE;
  }
  return luma;
}

/** Of one picture's time: a tone whose loudness goes up and down like syllables, and pauses. */
function speech(frame: number): Buffer {
  const samples = SAMPLE_RATE / RATE;
  const pcm = Buffer.alloc(2 * samples);
  for (let at = 0; at < samples; at += 1) {
    const t = (frame * samples + at) / SAMPLE_RATE;
    if (t % SENTENCE_S >= WORDS_S) continue;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t);
    pcm.writeInt16LE(Math.round(6000 * syllable * Math.sin(2 * Math.PI * 180 * t)), 2 * at);
  }
  return pcm;
}
