// Asks the centre for gateways to make renditions that publishers cannot make, until each is published or unneeded.
import type { Track } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { needKey, type RenditionNeed } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { TranscodeOrder } from '../ports.ts';

/** Track that needs a rendition, and the media node where it is published. */
export interface Original {
  readonly track: Track;
  readonly nodeId: string;
}

export interface TranscodersOptions {
  readonly clock: Clock;
  readonly log: Logger;
  original(trackId: string): Original | undefined;
  /** Resolves when a gateway has begun; rejects with a stable code. */
  transcode(order: Pick<TranscodeOrder, 'trackId' | 'from' | 'to' | 'width' | 'height' | 'nodeId'>): Promise<void>;
}

interface Wanted {
  /** Number of requests in a row after which no rendition came, or none that lasted. */
  failures: number;
  /** Runs until the next request; undefined during a request, with a rendition, or if none can be made. */
  timer: Timer | undefined;
  /** Time at which the rendition was published; undefined without one. */
  madeAtMs: number | undefined;
}

/** Gateways make only H.264, from other codecs. */
export const isTranscoded = ({ mimeType }: RenditionNeed): boolean => mimeType.toLowerCase() === 'video/h264';

export class Transcoders {
  readonly #o: TranscodersOptions;
  readonly #wanted = new Map<string, Wanted>();

  constructor(o: TranscodersOptions) {
    this.#o = o;
  }

  /** Requests a rendition for this need, or a new one after the last has ended; no effect during a request. */
  want(need: RenditionNeed): void {
    const key = needKey(need);
    const known = this.#wanted.get(key);
    if (known === undefined) {
      const wanted: Wanted = { failures: 0, timer: undefined, madeAtMs: undefined };
      this.#wanted.set(key, wanted);
      this.#ask(wanted, need);
    } else if (known.madeAtMs !== undefined) {
      const hasLasted = this.#o.clock.nowMs() - known.madeAtMs >= bounds.transcoderWaitMs;
      known.madeAtMs = undefined;
      if (!hasLasted) this.#later(known, need, 0);
      else {
        known.failures = 0;
        this.#ask(known, need);
      }
    }
  }

  made(need: RenditionNeed): void {
    const wanted = this.#wanted.get(needKey(need));
    if (wanted === undefined || wanted.madeAtMs !== undefined) return;
    wanted.timer?.cancel();
    wanted.timer = undefined;
    wanted.madeAtMs = this.#o.clock.nowMs();
  }

  keep(needed: { has(key: string): boolean }): void {
    for (const [key, { timer }] of this.#wanted) {
      if (needed.has(key)) continue;
      timer?.cancel();
      this.#wanted.delete(key);
    }
  }

  /** Idempotent. */
  close(): void {
    this.keep(new Set());
  }

  #ask(wanted: Wanted, need: RenditionNeed): void {
    const original = this.#o.original(need.trackId);
    if (original === undefined) return; // the track has ended: the next review forgets the need
    const { trackId, mimeType: from, width, height } = original.track;
    const { nodeId } = original;
    this.#o.transcode({ trackId, from, to: need.mimeType, width, height, nodeId }).then(
      // If the gateway that took the order publishes nothing, another is asked.
      () => this.#later(wanted, need, bounds.transcoderWaitMs),
      (error: unknown) => {
        const code = codeOf(error);
        this.#o.log.info({ ...need, code, err: error }, 'no gateway makes a rendition that a client needs');
        if (code !== 'CODEC_UNSUPPORTED') this.#later(wanted, need, 0);
      },
    );
  }

  #later(wanted: Wanted, need: RenditionNeed, leastMs: number): void {
    const isOver = this.#wanted.get(needKey(need)) !== wanted || wanted.madeAtMs !== undefined;
    if (isOver || wanted.timer !== undefined) return;
    wanted.failures += 1;
    const pauseMs = Math.min(bounds.transcoderPauseMsMax, 1000 * 2 ** Math.min(wanted.failures - 1, 10));
    wanted.timer = this.#o.clock.after(Math.max(pauseMs, leastMs), () => {
      wanted.timer = undefined;
      this.#ask(wanted, need);
    });
  }
}
