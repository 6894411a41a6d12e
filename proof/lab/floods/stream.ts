// A stream that runs all the time: ffmpeg publishes by RTMP what it has coded once, one viewer plays it as FLV.
import { type ChildProcess, spawn } from 'node:child_process';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { made } from '../../support/made.ts';
import { owned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';

/** What the camera of a phone sends. */
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440'];
const CODING = [
  ...['-t', '10', '-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...['-g', '50', '-b:v', '1M', '-minrate', '1M', '-maxrate', '1M', '-bufsize', '1M', '-nal-hrd', 'cbr', '-c:a', 'aac'],
];

export interface StreamPlace {
  /** Where what is published is kept. */
  readonly folder: string;
  readonly publishUrl: string;
  readonly playUrl: string;
}

export class RunningStream {
  readonly #disown = owned('a running stream', () => this.close());
  readonly #place: StreamPlace;
  #publisher: ChildProcess | undefined;
  #viewer: ClientRequest | undefined;
  #heardMs = 0;
  #gapMs = 0;

  /** Resolves when the viewer gets media. */
  static async start(place: StreamPlace): Promise<RunningStream> {
    await made([...PICTURE, ...CODING, join(place.folder, 'stream.flv')]);
    const stream = new RunningStream(place);
    await stream.resume();
    return stream;
  }

  private constructor(place: StreamPlace) {
    this.#place = place;
  }

  /** Starts what a flood has ended. Resolves when the viewer gets media. */
  async resume(): Promise<void> {
    if (this.#publisher === undefined) this.#publish();
    if (this.#viewer === undefined) await until('the stream is played', () => this.#play());
  }

  /** Longest time without a byte since the last question, in ms; it grows while the stream is broken. */
  takeGapMs(): number {
    const gapMs = Math.max(this.#gapMs, performance.now() - this.#heardMs);
    this.#gapMs = 0;
    return gapMs;
  }

  /** Idempotent. */
  close(): void {
    this.#disown();
    this.#viewer?.destroy();
    this.#publisher?.kill('SIGKILL');
  }

  #publish(): void {
    const { folder, publishUrl } = this.#place;
    const source = ['-re', '-stream_loop', '-1', '-i', join(folder, 'stream.flv'), '-c', 'copy'];
    const args = ['-nostdin', '-loglevel', 'error', ...source, '-f', 'flv', publishUrl];
    const publisher = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'ignore'] });
    this.#publisher = publisher;
    publisher.once('exit', () => {
      if (this.#publisher === publisher) this.#publisher = undefined;
    });
  }

  async #play(): Promise<boolean> {
    return new Promise((resolve) => {
      const viewer = request(this.#place.playUrl, { agent: false }, (response) => {
        response.on('data', () => this.#heard());
        response.once('data', () => resolve(response.statusCode === 200));
        response.once('error', () => resolve(false));
      });
      viewer.once('error', () => resolve(false));
      viewer.once('close', () => {
        if (this.#viewer === viewer) this.#viewer = undefined;
        resolve(false);
      });
      this.#viewer = viewer;
      this.#heardMs = performance.now();
      viewer.end();
    });
  }

  #heard(): void {
    const nowMs = performance.now();
    this.#gapMs = Math.max(this.#gapMs, nowMs - this.#heardMs);
    this.#heardMs = nowMs;
  }
}
