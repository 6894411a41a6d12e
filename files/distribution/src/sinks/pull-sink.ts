// Sink of a third party that gets a signed URL and pulls the file itself.
import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import type { Notice } from '../contract.ts';
import { fileNameOf } from '../core/file-name.ts';
import { post } from './post.ts';
import type { PullSettings } from './settings.ts';
import { signedHeaders } from './signature.ts';
import { type FetchedFile, type Sink, SinkError } from './sink.ts';

export interface PullSinkOptions {
  readonly settings: PullSettings;
  readonly addresses: TargetAddresses;
  readonly clock: Clock;
  /** `publicUrl` of the library node that serves a notice without origins. */
  readonly origin: string;
  receiptUrl(notice: Notice): string;
}

/**
 * `take` resolves with undefined when the platform has accepted the call. Rejects with TARGET_REFUSED for 4xx (except
 * 408 and 429) and forbidden addresses, otherwise with TARGET_UNREACHABLE.
 */
export class PullSink implements Sink {
  readonly needsBytes = false;
  readonly #o: PullSinkOptions;
  readonly #ending = new AbortController();
  #attempt = 0;

  constructor(o: PullSinkOptions) {
    this.#o = o;
  }

  async take({ notice, signal }: FetchedFile): Promise<undefined> {
    const { settings, addresses, clock } = this.#o;
    const body = JSON.stringify(this.#message(notice));
    const headers = signedHeaders(notice.delivery, body, { secret: settings.secret, wallMs: clock.wallMs() });
    const ended = AbortSignal.any([signal, this.#ending.signal]);
    ended.throwIfAborted();
    this.#attempt += 1;
    const attempt = this.#attempt;
    const status = await post({ url: settings.url, headers, body, signal: ended, clock, addresses, attempt });
    if (status >= 200 && status < 300) return undefined;
    const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
    throw new SinkError(isFinal ? 'TARGET_REFUSED' : 'TARGET_UNREACHABLE', `the platform answers ${status}`);
  }

  close(): Promise<void> {
    this.#ending.abort();
    return Promise.resolve();
  }

  #message(notice: Notice): Record<string, string | number | undefined> {
    const { delivery, order, item, name, type, bytes, sha256, token, tokenEndsMs, deadlineMs } = notice;
    const origin = notice.origins[0] ?? this.#o.origin;
    return {
      delivery,
      order,
      item,
      name: fileNameOf(name, type),
      type,
      bytes,
      sha256,
      url: `${origin}/library/contents/${token}/original?download=1`,
      urlEndsAt: timeText(tokenEndsMs),
      receiptUrl: this.#o.receiptUrl(notice),
      deadlineAt: deadlineMs === undefined ? undefined : timeText(deadlineMs),
    };
  }
}

const timeText = (wallMs: number): string => new Date(wallMs).toISOString();
