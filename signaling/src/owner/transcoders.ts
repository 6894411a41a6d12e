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

interface RenditionRequest {
  /** Requests in a row after which no rendition came, or only one that did not last. */
  failures: number;
  /** Runs until the next request; undefined during a request, with a rendition, or if none can be made. */
  timer: Timer | undefined;
  /** Time at which the rendition was published; undefined without one. */
  publishedAtMs: number | undefined;
}

/** Gateways make only H.264, from other codecs. */
export const isTranscoded = ({ mimeType }: RenditionNeed): boolean => mimeType.toLowerCase() === 'video/h264';

export class Transcoders {
  readonly #o: TranscodersOptions;
  readonly #requests = new Map<string, RenditionRequest>();

  constructor(o: TranscodersOptions) {
    this.#o = o;
  }

  /** Requests a rendition for this need, or a new one after the last has ended; no effect during a request. */
  request(need: RenditionNeed): void {
    const key = needKey(need);
    const known = this.#requests.get(key);
    if (known === undefined) {
      const request: RenditionRequest = { failures: 0, timer: undefined, publishedAtMs: undefined };
      this.#requests.set(key, request);
      this.#ask(request, need);
    } else if (known.publishedAtMs !== undefined) {
      const hasLasted = this.#o.clock.nowMs() - known.publishedAtMs >= bounds.transcoderWaitMs;
      known.publishedAtMs = undefined;
      if (!hasLasted) this.#scheduleRequest(known, need, 0);
      else {
        known.failures = 0;
        this.#ask(known, need);
      }
    }
  }

  setPublished(need: RenditionNeed): void {
    const request = this.#requests.get(needKey(need));
    if (request === undefined || request.publishedAtMs !== undefined) return;
    request.timer?.cancel();
    request.timer = undefined;
    request.publishedAtMs = this.#o.clock.nowMs();
  }

  retain(needed: { has(key: string): boolean }): void {
    for (const [key, { timer }] of this.#requests) {
      if (needed.has(key)) continue;
      timer?.cancel();
      this.#requests.delete(key);
    }
  }

  /** Idempotent. */
  close(): void {
    this.retain(new Set());
  }

  #ask(request: RenditionRequest, need: RenditionNeed): void {
    const original = this.#o.original(need.trackId);
    if (original === undefined) return; // the track has ended: the next review forgets the need
    const { trackId, mimeType: from, width, height } = original.track;
    const { nodeId } = original;
    this.#o.transcode({ trackId, from, to: need.mimeType, width, height, nodeId }).then(
      // If the gateway that took the order publishes nothing, another is asked.
      () => this.#scheduleRequest(request, need, bounds.transcoderWaitMs),
      (error: unknown) => {
        const code = codeOf(error);
        this.#o.log.info({ ...need, code, err: error }, 'no gateway makes a rendition that a client needs');
        if (code !== 'CODEC_UNSUPPORTED') this.#scheduleRequest(request, need, 0);
      },
    );
  }

  #scheduleRequest(request: RenditionRequest, need: RenditionNeed, pauseMsMin: number): void {
    const isOver = this.#requests.get(needKey(need)) !== request || request.publishedAtMs !== undefined;
    if (isOver || request.timer !== undefined) return;
    request.failures += 1;
    const pauseMs = Math.min(bounds.transcoderPauseMsMax, 1000 * 2 ** Math.min(request.failures - 1, 10));
    request.timer = this.#o.clock.after(Math.max(pauseMs, pauseMsMin), () => {
      request.timer = undefined;
      this.#ask(request, need);
    });
  }
}
