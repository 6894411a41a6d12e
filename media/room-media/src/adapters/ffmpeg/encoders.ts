// Checks whether the local ffmpeg has the encoders that transcoders need: builds differ, and some hosts have no ffmpeg.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Lack } from '../../core/lacks.ts';
import { NO_SANDBOX_EXIT } from './sandbox.ts';

/** Encoder names that `audio.ts` and `video.ts` use. */
const needed: Readonly<Record<Lack, readonly string[]>> = {
  sound: ['libopus', 'aac', 'mp2'],
  picture: ['libx264', 'mpeg1video'],
};
/** The list takes a moment; only a hanging machine reaches this limit. */
const checkTimeoutMs = 10_000;
/** Pause between checks: an installation takes longer, and a check costs little. */
export const RECHECK_MS = 5000;
/** Upper bound of the listing, which has some kB. */
const listBytesMax = 1024 * 1024;

export interface FoundEncoders {
  readonly names: ReadonlySet<string>;
  /** Why the sandbox does not work; undefined when it does. */
  readonly refusal: string | undefined;
}

/** Returns the encoders of the local ffmpeg, none without ffmpeg. `sandbox` is the result of `findSandbox`. */
export async function findEncoders(sandbox: readonly string[]): Promise<FoundEncoders> {
  const [file = '', ...args] = [...sandbox, 'ffmpeg', '-nostdin', '-hide_banner', '-encoders'];
  return new Promise((resolve) => {
    const limits = { timeout: checkTimeoutMs, maxBuffer: listBytesMax };
    // A failed ffmpeg has listed nothing.
    execFile(file, args, limits, (error, list, said) => {
      const names = new Set([...list.matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name = '']) => name));
      resolve({ names, refusal: error?.code === NO_SANDBOX_EXIT ? said.trim() : undefined });
    });
  });
}

const nothing: FoundEncoders = { names: new Set(), refusal: undefined };

export interface EncoderWatchOptions {
  readonly sandbox: readonly string[];
  readonly needed: readonly string[];
  readonly clock: Pick<Clock, 'after'>;
}

/** Looks every 5 s for missing encoders that are installed while this process runs, until all are found. */
export class EncoderWatch {
  readonly #o: EncoderWatchOptions;
  #found: FoundEncoders = nothing;
  #timer: Timer | undefined;
  #isClosed = false;
  onChange: () => void = () => undefined;

  static async open(o: EncoderWatchOptions): Promise<EncoderWatch> {
    const watch = new EncoderWatch(o);
    await watch.#check();
    return watch;
  }

  private constructor(o: EncoderWatchOptions) {
    this.#o = o;
  }

  get names(): ReadonlySet<string> {
    return this.#found.names;
  }
  get missing(): readonly string[] {
    return this.#o.needed.filter((name) => !this.names.has(name));
  }
  /** Why the sandbox does not work; undefined when it does, and without an ffmpeg. */
  get refusal(): string | undefined {
    return this.#found.refusal;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #check(): Promise<void> {
    const found = isInPath('ffmpeg') ? await findEncoders(this.#o.sandbox) : nothing;
    if (this.#isClosed) return;
    const hasChanged = found.names.size !== this.names.size || found.refusal !== this.refusal;
    this.#found = found;
    if (this.missing.length > 0) this.#timer = this.#o.clock.after(RECHECK_MS, () => void this.#check());
    if (hasChanged) this.onChange();
  }
}

/** Searching the path costs less than starting a missing program. */
const isInPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

export interface LackWatchOptions extends Pick<EncoderWatchOptions, 'sandbox' | 'clock'> {
  readonly log: Pick<Logger, 'error' | 'info'>;
}

/** Kinds of media that this host cannot encode. The log names them with the cure, once at start and once per change. */
export class LackWatch {
  readonly #encoders: EncoderWatch;
  readonly #log: LackWatchOptions['log'];
  onChange: () => void = () => undefined;

  static async open({ log, ...o }: LackWatchOptions): Promise<LackWatch> {
    return new LackWatch(await EncoderWatch.open({ ...o, needed: [...needed.sound, ...needed.picture] }), log);
  }

  private constructor(encoders: EncoderWatch, log: LackWatchOptions['log']) {
    this.#encoders = encoders;
    this.#log = log;
    if (this.lacks.length > 0) this.#logLacks();
    encoders.onChange = () => {
      this.#logLacks();
      this.onChange();
    };
  }

  /** False when ffmpeg is here, but the sandbox in which it must run does not work. */
  get isSandboxed(): boolean {
    return this.#encoders.refusal === undefined;
  }

  get lacks(): readonly Lack[] {
    const { missing } = this.#encoders;
    return (['sound', 'picture'] as const).filter((media) => needed[media].some((name) => missing.includes(name)));
  }

  close(): void {
    this.#encoders.close();
  }

  #logLacks(): void {
    const { lacks } = this;
    const { missing, names, refusal } = this.#encoders;
    if (lacks.length === 0) this.#log.info('ffmpeg is there now, with all encoders');
    else if (refusal !== undefined)
      this.#log.error(
        { lacking: 'sandbox', refusal },
        `ffmpeg does not run without its sandbox: no ${lacks.join(' and no ')} between browsers and RTMP, FLV, HLS, \
MPEG-1; mend the sandbox (meridian node doctor), or accept the danger with ffmpegSandbox: none`,
      );
    else
      this.#log.error(
        { lacking: 'ffmpeg', missing },
        `${names.size === 0 ? 'there is no ffmpeg here' : 'ffmpeg lacks encoders'}: no ${lacks.join(' and no ')} between \
browsers and RTMP, FLV, HLS, MPEG-1; install one with these encoders (Debian: apt-get install ffmpeg), it is used at once`,
      );
  }
}
