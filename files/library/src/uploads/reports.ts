// Reports the ends of uploads to an api until it answers; the spool then forgets them.
import type { ApiLinks } from '@meridian/node-shell';
import { rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { contentPrefix } from '../core/names.ts';
import type { Report } from '../core/report.ts';
import { retryMs } from '../core/retry.ts';
import type { Contents } from './contents.ts';
import type { Upload } from './upload.ts';

const ANSWER_MS = 10_000;

export interface ReportsOptions {
  readonly api: Pick<ApiLinks, 'call' | 'onLink'>;
  readonly contents: Contents;
  readonly storeId: string;
  forget(upload: Upload): Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiting {
  readonly upload: Upload;
  readonly report: Report;
  readonly sinceMs: number;
  failures: number;
  dueMs: number;
}

export class Reports {
  readonly #o: ReportsOptions;
  /** Bounded by the spool. */
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(o: ReportsOptions) {
    this.#o = o;
    // With a new link, all waiting reports are due at once, sent one after another.
    o.api.onLink(() => {
      for (const one of this.#waiting) one.dueMs = o.clock.nowMs();
      // `onLink` fires before the link serves calls.
      queueMicrotask(() => this.#next());
    });
  }

  get size(): number {
    return this.#waiting.length;
  }

  get oldestWaitMs(): number {
    const now = this.#o.clock.nowMs();
    return Math.max(0, ...this.#waiting.map(({ sinceMs }) => now - sinceMs));
  }

  /** Adds an ended upload; a repeated call changes nothing. */
  add(upload: Upload): void {
    const { report } = upload;
    if (report === undefined || this.#waiting.some((one) => one.upload === upload)) return;
    const now = this.#o.clock.nowMs();
    this.#waiting.push({ upload, report, sinceMs: now, failures: 0, dueMs: now });
    this.#next();
  }

  leave(upload: Upload): void {
    this.#waiting = this.#waiting.filter((one) => one.upload !== upload);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #next(): void {
    if (this.#running !== undefined || this.#isClosed) return;
    this.#timer?.cancel();
    const { clock } = this.#o;
    const now = clock.nowMs();
    const one = this.#waiting.find(({ dueMs }) => dueMs <= now);
    if (one !== undefined) {
      this.#running = this.#send(one).finally(() => {
        this.#running = undefined;
        this.#next();
      });
    } else if (this.#waiting.length > 0) {
      const dueMs = Math.min(...this.#waiting.map((waiting) => waiting.dueMs));
      this.#timer = clock.after(dueMs - now, () => this.#next());
    }
  }

  async #send(one: Waiting): Promise<void> {
    const { api, contents, clock, log } = this.#o;
    const { upload, report } = one;
    const { tenant, uploadId } = upload.plan;
    try {
      const { keep } = await api.call(rpc.uploadEnded, this.#message(upload, report), ANSWER_MS);
      if (!keep) await contents.erase(contentPrefix(tenant, uploadId));
      await this.#o.forget(upload);
      this.leave(upload);
    } catch (err) {
      one.failures += 1;
      one.dueMs = clock.nowMs() + retryMs(one.failures);
      log.warn({ err, uploadId }, 'the end of an upload could not be reported yet');
    }
  }

  #message({ plan }: Upload, report: Report) {
    const { tenant, uploadId } = plan;
    const { code, detail, bytes, sha256, type, kind, media, hasCover } = report;
    const blocks = Buffer.from(report.blocks, 'hex');
    const { storeId } = this.#o;
    return { tenant, uploadId, code, detail, bytes, sha256, blocks, type, kind, media, hasCover, storeId };
  }
}
