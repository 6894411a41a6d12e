// Whether the ffmpeg here can make what transcoders ask of it: builds differ, and some hosts have none.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Lack } from '../../core/lacks.ts';

/** Of Opus, AAC and MP2, of H.264 and MPEG-1: as `audio.ts` and `video.ts` name them. */
const needed: Readonly<Record<Lack, readonly string[]>> = {
  sound: ['libopus', 'aac', 'mp2'],
  picture: ['libx264', 'mpeg1video'],
};
/** It takes a moment; a machine that stands still has no word for it. */
const checkTimeoutMs = 10_000;
/** An installation takes longer, and to look costs little. */
export const LOOK_AGAIN_MS = 5000;
/** The list has some kB. */
const listBytesMax = 1024 * 1024;

/** The encoders that `ffmpeg` has; none when there is no ffmpeg. `sandbox`: of `findSandbox`. */
export async function findEncoders(sandbox: readonly string[]): Promise<ReadonlySet<string>> {
  const [file = '', ...args] = [...sandbox, 'ffmpeg', '-nostdin', '-hide_banner', '-encoders'];
  const list = await new Promise<string>((resolve) => {
    const limits = { timeout: checkTimeoutMs, maxBuffer: listBytesMax };
    execFile(file, args, limits, (_error, stdout) => resolve(stdout)); // what failed has listed nothing
  });
  return new Set([...list.matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name = '']) => name));
}

export interface EncoderWatchOptions {
  /** The answer of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** The encoders that are waited for. */
  readonly needed: readonly string[];
  readonly clock: Pick<Clock, 'after'>;
}

/**
 * Encoders of an ffmpeg that may come while this process runs: one that is missing is looked for again, every 5 s. What
 * is there is not looked for again.
 */
export class EncoderWatch {
  readonly #o: EncoderWatchOptions;
  #names: ReadonlySet<string> = new Set();
  #timer: Timer | undefined;
  #isClosed = false;
  /** There are more or fewer than before. */
  onChange: () => void = () => undefined;

  /** Resolves when it has looked once. */
  static async open(o: EncoderWatchOptions): Promise<EncoderWatch> {
    const watch = new EncoderWatch(o);
    await watch.#look();
    return watch;
  }

  private constructor(o: EncoderWatchOptions) {
    this.#o = o;
  }

  /** All that were there when it looked last. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }
  /** Those needed that were not. */
  get missing(): readonly string[] {
    return this.#o.needed.filter((name) => !this.#names.has(name));
  }

  /** Looks no more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const names = isInPath('ffmpeg') ? await findEncoders(this.#o.sandbox) : new Set<string>();
    if (this.#isClosed) return;
    const isNews = names.size !== this.#names.size;
    this.#names = names;
    if (this.missing.length > 0) this.#timer = this.#o.clock.after(LOOK_AGAIN_MS, () => void this.#look());
    if (isNews) this.onChange();
  }
}

/** Costs less than to start it in vain. */
const isInPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

export interface LackWatchOptions extends Pick<EncoderWatchOptions, 'sandbox' | 'clock'> {
  readonly log: Pick<Logger, 'error' | 'info'>;
}

/** What cannot be made here. One line of the log says so, with the cure, and another one when that has changed. */
export class LackWatch {
  readonly #encoders: EncoderWatch;
  readonly #log: LackWatchOptions['log'];
  /** What is lacking may be less than before. */
  onChange: () => void = () => undefined;

  /** Resolves when it has looked once. */
  static async open({ log, ...o }: LackWatchOptions): Promise<LackWatch> {
    return new LackWatch(await EncoderWatch.open({ ...o, needed: [...needed.sound, ...needed.picture] }), log);
  }

  private constructor(encoders: EncoderWatch, log: LackWatchOptions['log']) {
    this.#encoders = encoders;
    this.#log = log;
    if (this.lacks.length > 0) this.#say();
    encoders.onChange = () => {
      this.#say();
      this.onChange();
    };
  }

  get lacks(): readonly Lack[] {
    const { missing } = this.#encoders;
    return (['sound', 'picture'] as const).filter((media) => needed[media].some((name) => missing.includes(name)));
  }

  /** As of `EncoderWatch`. */
  close(): void {
    this.#encoders.close();
  }

  #say(): void {
    const { lacks } = this;
    const { missing, names } = this.#encoders;
    if (lacks.length === 0) this.#log.info('ffmpeg is there now, with all encoders');
    else
      this.#log.error(
        { lacking: 'ffmpeg', missing },
        `${names.size === 0 ? 'there is no ffmpeg here' : 'ffmpeg lacks encoders'}: no ${lacks.join(' and no ')} between \
browsers and RTMP, FLV, HLS, MPEG-1; install one with these encoders (Debian: apt-get install ffmpeg), it is used at once`,
      );
  }
}
