// Shared resources of a recorder's composers: capacity for ffmpegs, sound decoders, and the background.

import { readFile } from 'node:fs/promises';
import { composing, recorderSlotsPerCore } from '@meridian/protocol';
import {
  Composer,
  type ComposerOptions,
  type ComposerPorts,
  colourOf,
  composedOutput,
  FfmpegSupervisor,
  findSandbox,
  LackWatch,
  OpusThreads,
  recordedOutput,
  type SandboxOptions,
  type TranscodeMetrics,
} from '@meridian/room-media';
import type { Clock, Logger } from '@meridian/runtime';

export interface StudioOptions {
  /** `#rrggbb`, or the path of a PNG or JPEG. */
  readonly background: string;
  /** Slots of the recorder, by which the composers' capacity is planned. */
  readonly slots: number;
  readonly ffmpegSandbox: SandboxOptions['mode'];
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: TranscodeMetrics;
}

/** A third of the weight of a recording that runs. */
const NICE = ['nice', '-n', '5'];
/** Capacity for a composer whose tiles have two decoders each while their sizes change. Slots bound the real use. */
const LATER_MILLICORES = composing.picture + composing.sound + 64 * 40 + 2 * composing.tilesMax * composing.tile;
const nothing = (): void => undefined;
const uncounted: TranscodeMetrics = {
  running: nothing,
  used: nothing,
  started: nothing,
  restarted: nothing,
  dropped: nothing,
};

interface StudioResources {
  readonly sandbox: readonly string[];
  readonly background: string | Uint8Array;
  readonly supervisor: FfmpegSupervisor;
  readonly watch: LackWatch;
}

export class Studio {
  readonly #o: StudioOptions;
  readonly #resources: StudioResources;
  readonly #opus: OpusThreads;
  /** Supervisor of recordings that are composed later, from the first one on. */
  #later: FfmpegSupervisor | undefined;

  /** Finds ffmpeg and reads the background. Rejects when the file is unreadable. */
  static async open(o: StudioOptions): Promise<Studio> {
    const { slots, ffmpegSandbox: mode, clock, log, metrics } = o;
    const sandbox = await findSandbox(log, { mode });
    const quiet = {
      error: (what: unknown) => log.warn(what, 'without these ffmpeg composes no recordings'),
      info: (text: string) => log.info(text),
    };
    const background = colourOf(o.background) === undefined ? await readFile(o.background) : o.background;
    const watch = await LackWatch.open({ sandbox, clock, log: quiet as Pick<Logger, 'error' | 'info'> });
    const capacity = Math.ceil((slots * 1000) / recorderSlotsPerCore);
    const supervisor = new FfmpegSupervisor({
      sandbox,
      get lacks() {
        return watch.lacks;
      },
      get isSandboxed() {
        return watch.isSandboxed;
      },
      capacity,
      clock,
      log,
      metrics,
    });
    return new Studio(o, { sandbox, background, supervisor, watch });
  }

  private constructor(o: StudioOptions, found: StudioResources) {
    this.#o = o;
    this.#resources = found;
    this.#opus = new OpusThreads({ clock: o.clock, log: o.log });
  }

  /** Throws MeridianError NO_SANDBOX, NO_SOUND_TRANSCODER or NO_PICTURE_TRANSCODER if ffmpeg may or can not compose. */
  check(): void {
    this.#resources.supervisor.refuseLacking('sound', 'picture');
  }

  /** Rejects as `Composer.open` does. */
  openComposer(ports: ComposerPorts & { readonly clock: Clock }): Promise<Composer> {
    const { log } = this.#o;
    const { sandbox, background, supervisor } = this.#resources;
    const shared = { sandbox, background, supervisor, opus: this.#opus, log };
    return Composer.open(Object.assign(shared, recordedOutput, ports));
  }

  /**
   * Opens a composer whose clock is `ports.time`. Its ffmpegs yield the processor to those of running recordings.
   * Rejects as `Composer.open` does.
   */
  openLaterComposer(ports: ComposerPorts & Required<Pick<ComposerOptions, 'time'>>): Promise<Composer> {
    const { clock, log } = this.#o;
    const { background } = this.#resources;
    this.#later ??= this.separateSupervisor({ capacity: LATER_MILLICORES, metrics: uncounted, isNice: true });
    const shared = { sandbox: this.#later.sandbox, background, supervisor: this.#later, opus: this.#opus, clock, log };
    return Composer.open(Object.assign(shared, composedOutput, ports));
  }

  /** Returns a supervisor with a separate capacity. The studio's close closes it at the latest. */
  separateSupervisor({
    capacity,
    metrics,
    isNice = false,
  }: {
    readonly capacity: number;
    readonly metrics: TranscodeMetrics;
    /** True lowers the priority of its processes. */
    readonly isNice?: boolean;
  }): FfmpegSupervisor {
    const { clock, log } = this.#o;
    const { sandbox, supervisor, watch } = this.#resources;
    const beside = new FfmpegSupervisor({
      capacity,
      metrics,
      sandbox: isNice ? [...NICE, ...sandbox] : sandbox,
      get lacks() {
        return watch.lacks;
      },
      get isSandboxed() {
        return watch.isSandboxed;
      },
      clock,
      log,
    });
    supervisor.adopt(beside);
    return beside;
  }

  /** Resolves when no process and no thread is left. Idempotent. */
  async close(): Promise<void> {
    this.#resources.watch.close();
    await this.#resources.supervisor.close();
    await this.#opus.close();
  }
}
