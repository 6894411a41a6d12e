// Runs a composer's pictures in a thread, because 40 MB of raw pictures a second would delay the process's sockets.
import { Worker } from 'node:worker_threads';
import { MeridianError } from '@meridian/protocol';
import type { FfmpegSupervisor } from '../../adapters/ffmpeg/supervisor.ts';
import { encoderCost, type PicturesOptions, type PicturesSettings, type ShownTile } from '../composed-pictures.ts';
import type { CodedPicture } from '../track-pictures.ts';
import type { FromPictures, PictureHead, ThreadData, ToPictures } from './messages.ts';

/** Options of `open`; the start time is set when the thread is ready. */
export interface PicturesThreadOptions extends Omit<PicturesOptions, 'startMs' | 'supervisor' | 'clock'> {
  readonly supervisor: FfmpegSupervisor;
  nowMs(): number;
}

/** `ComposedPictures` in a thread. An unexpected error in the thread ends the process. */
export class PicturesThread {
  readonly #o: PicturesThreadOptions;
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  #stepped = Promise.withResolvers<void>();
  #startMs = 0;
  #encoderPid: number | undefined;
  #heads: PictureHead[] = [];
  #data: Uint8Array[] = [];
  #isClosing = false;

  /** Rejects with MeridianError: OVERLOADED beyond the supervisor's capacity, NO_PICTURE_TRANSCODER, SHUTTING_DOWN. */
  static async open(o: PicturesThreadOptions): Promise<PicturesThread> {
    o.supervisor.check({ cost: encoderCost(o), makes: 'picture' });
    const pictures = new PicturesThread(o);
    try {
      await pictures.#opened.promise;
    } catch (error) {
      await pictures.close();
      throw error;
    }
    return pictures;
  }

  private constructor(o: PicturesThreadOptions) {
    this.#o = o;
    const workerData: ThreadData = { supervisor: o.supervisor.share() };
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
    const abandon = o.supervisor.adopt(this);
    this.#worker.on('message', (message: FromPictures) => this.#onMessage(message));
    this.#worker.on('exit', (code) => {
      abandon();
      this.#opened.reject(new MeridianError('SHUTTING_DOWN', `the thread of a picture ended with ${code}`));
      this.#ended.resolve();
    });
  }

  /** Time of picture 0, by `nowMs`. */
  get startMs(): number {
    return this.#startMs;
  }
  get encoderPid(): number | undefined {
    return this.#encoderPid;
  }

  show(tiles: readonly ShownTile[], trackIds: readonly string[], isMoved: boolean): void {
    this.#post({ kind: 'show', tiles, trackIds, isMoved });
  }

  /** Queues a picture for the next `run`: waking a thread costs more than copying a coded picture. */
  push(trackId: string, { codec, ptsMs, isKey, data }: CodedPicture): void {
    this.#heads.push({ trackId, codec, ptsMs, isKey, bytes: data.byteLength });
    this.#data.push(data);
  }

  run(nowMs: number): void {
    this.#run(nowMs, false);
  }

  /** Same as `ComposedPictures.step`, one at a time; resolves at the latest when the thread ends. */
  async step(nowMs: number): Promise<void> {
    this.#stepped = Promise.withResolvers<void>();
    this.#run(nowMs, true);
    await Promise.race([this.#stepped.promise, this.#ended.promise]);
  }

  #run(nowMs: number, isStep: boolean): void {
    const data = new Uint8Array(this.#heads.reduce((sum, { bytes }) => sum + bytes, 0));
    let at = 0;
    for (const one of this.#data) {
      data.set(one, at);
      at += one.byteLength;
    }
    this.#post({ kind: 'run', isStep, nowMs, pictures: this.#heads, data }, [data.buffer]);
    [this.#heads, this.#data] = [[], []];
  }

  /** Resolves when the thread and its processes have ended. Idempotent. */
  close(): Promise<void> {
    if (!this.#isClosing) this.#post({ kind: 'close' });
    this.#isClosing = true;
    return this.#ended.promise;
  }

  #post(message: ToPictures, owned: readonly ArrayBuffer[] = []): void {
    if (!this.#isClosing) this.#worker.postMessage(message, owned);
  }

  #onMessage(message: FromPictures): void {
    const { supervisor, log, onKeyNeeded, onDegraded } = this.#o;
    if (message.kind === 'ready') this.#begin();
    else if (message.kind === 'begun') this.#opened.resolve();
    else if (message.kind === 'refused') this.#opened.reject(new MeridianError(message.code, message.message));
    else if (message.kind === 'metric') supervisor.metrics[message.name](message.value);
    else if (message.kind === 'started') supervisor.metrics.started(message.job);
    else if (message.kind === 'warning') log.warn(message.fields, message.text);
    else if (message.kind === 'stepped') this.#stepped.resolve();
    else if (message.kind === 'keyNeeded') onKeyNeeded(message.trackId);
    else if (message.kind === 'degraded') onDegraded(message.isDegraded);
    else {
      this.#encoderPid = message.encoderPid;
      this.#o.onPicture(message.picture);
    }
  }

  #begin(): void {
    const { size, fps, bitrateKbps, background, sandbox, nowMs } = this.#o;
    this.#startMs = nowMs();
    const settings: PicturesSettings = { size, fps, bitrateKbps, background, sandbox, startMs: this.#startMs };
    this.#post({ kind: 'begin', settings });
  }
}
