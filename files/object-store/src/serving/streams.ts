// Running answers: bytes of the store in pieces, at the pace of the client.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { TokenOrigin } from '@meridian/node-shell';
import { addressKey, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ByteRange } from '../core/bounds.ts';
import type { Store } from '../store.ts';

/** Size of a piece, of which an answer holds two: a tenth of a second at 20 Mbit/s. A multiple of sealed chunks. */
export const PIECE_BYTES = 262_144;
/** Concurrent answers, which hold less than 256 MiB. */
export const STREAMS_MAX = 400;
/** Bound of an address (IPv6: a /64): an office that watches together. */
export const STREAMS_PER_ADDRESS_MAX = 100;
/** Bound of a token: a link that was given to many. */
export const STREAMS_PER_TOKEN_MAX = 200;
/** Bound of a tenant: a quarter is left for other tenants, however many links this one makes. */
export const STREAMS_PER_TENANT_MAX = 300;
/** A client that takes nothing for this long has stopped; players continue from their position. */
export const STALLED_MS = 60_000;
/** An answer that is slower after `STALLED_MS` only occupies a place: no picture plays at this rate. */
export const LEAST_BYTES_PER_S = 16_384;
const RETRY_MS = 2000;
/** Bound of the buffers that wait for further answers: 16 MiB. */
const SPARE_MAX = 64;

export interface StreamsOptions {
  readonly store: Pick<Store, 'get' | 'openObject'>;
  readonly clock: Clock;
  readonly log: Logger;
  onBytes(bytes: number): void;
}

interface Running {
  readonly holders: readonly string[];
  readonly origin: TokenOrigin;
  readonly body: Readable;
}

export class Streams {
  readonly #o: StreamsOptions;
  readonly #running = new Set<Running>();
  readonly #counts = new Map<string, number>();
  /**
   * Buffers of whole answers. New ones for each piece would cost the garbage collector more than all other work on the
   * bytes.
   */
  readonly #spare: Buffer[] = [];

  constructor(o: StreamsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#running.size;
  }

  /**
   * The range has at least one byte; the answer counts until it closes. Only `pipe` may read it, since the memory of a
   * piece is used again for the piece after the next. Throws OVERLOADED at the bound of all answers, of the address,
   * token or tenant. A cache for many clients has no address.
   */
  open(o: {
    readonly key: string;
    readonly range: ByteRange;
    readonly address: string | undefined;
    readonly token: string;
    readonly origin: TokenOrigin;
    /** Takes the pieces; without it no buffer is used again. */
    readonly response?: Pick<ServerResponse, 'once' | 'writableFinished'>;
  }): Readable {
    const holders = this.#holdersOf(o);
    const { clock } = this.#o;
    const controller = new AbortController();
    const stalled = (): void => void body.destroy(new Error('the client reads too slowly'));
    const beganMs = clock.nowMs();
    let takenBytes = 0;
    let timer = clock.after(STALLED_MS, stalled);
    const onPiece = (bytes: number): void => {
      this.#o.onBytes(bytes);
      takenBytes += bytes;
      const leastMs = beganMs + STALLED_MS + (takenBytes / LEAST_BYTES_PER_S) * 1000 - clock.nowMs();
      timer.cancel();
      timer = clock.after(Math.min(STALLED_MS, leastMs), stalled);
    };
    const onWhole = (buffers: readonly Buffer[]): void => {
      // The connection still has the last pieces.
      const { response } = o;
      response?.once('close', () => response.writableFinished && this.#keep(buffers));
    };
    const pieces = this.#pieces(o.key, o.range, { signal: controller.signal, onPiece, onWhole });
    const body = Readable.from(pieces, { objectMode: false, highWaterMark: PIECE_BYTES });
    const running = { holders, origin: o.origin, body };
    this.#running.add(running);
    for (const holder of holders) this.#counts.set(holder, (this.#counts.get(holder) ?? 0) + 1);
    body.once('error', (err) => this.#o.log.info({ err, key: o.key }, 'an answer ended early'));
    body.once('close', () => {
      timer.cancel();
      controller.abort();
      this.#leave(running);
    });
    return body;
  }

  cut(isEnded: (origin: TokenOrigin) => boolean): void {
    for (const { origin, body } of this.#running) if (isEnded(origin)) body.destroy(new MeridianError('TOKEN_REVOKED'));
  }

  close(): void {
    this.cut(() => true);
  }

  #leave(running: Running): void {
    if (!this.#running.delete(running)) return;
    for (const holder of running.holders) {
      const remaining = (this.#counts.get(holder) ?? 1) - 1;
      if (remaining === 0) this.#counts.delete(holder);
      else this.#counts.set(holder, remaining);
    }
  }

  /** Throws OVERLOADED. */
  #holdersOf(o: {
    readonly address: string | undefined;
    readonly token: string;
    readonly origin: TokenOrigin;
  }): string[] {
    const bounds = new Map([
      ...(o.address === undefined ? [] : [[`address ${addressKey(o.address)}`, STREAMS_PER_ADDRESS_MAX] as const]),
      [`token ${o.token}`, STREAMS_PER_TOKEN_MAX],
      [`tenant ${o.origin.tenant}`, STREAMS_PER_TENANT_MAX],
    ]);
    const isFull = [...bounds].some(([holder, max]) => (this.#counts.get(holder) ?? 0) >= max);
    if (isFull || this.#running.size >= STREAMS_MAX)
      throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: RETRY_MS });
    return [...bounds.keys()];
  }

  async *#pieces(
    key: string,
    { from, bytes }: ByteRange,
    o: { readonly signal: AbortSignal; onPiece(bytes: number): void; onWhole(buffers: readonly Buffer[]): void },
  ): AsyncGenerator<Uint8Array> {
    const { store, log } = this.#o;
    const { signal } = o;
    const opened = await store.openObject?.(key, { signal });
    // Buffers take turns: a piece is asked for when the connection has taken the one before the last.
    const count = opened === undefined ? 0 : Math.min(2, Math.ceil(bytes / PIECE_BYTES));
    const buffers = Array.from({ length: count }, () => this.#spare.pop() ?? newBuffer(bytes));
    try {
      for (let at = from; at < from + bytes; at += PIECE_BYTES) {
        const range = { from: at, bytes: Math.min(PIECE_BYTES, from + bytes - at) };
        const into = buffers.shift();
        const isOpen = opened !== undefined && into !== undefined;
        const piece = await (isOpen ? opened.read(range, into, { signal }) : store.get(key, { range, signal }));
        if (into !== undefined) buffers.push(into);
        if (piece.byteLength !== range.bytes) throw new Error('the object is shorter than it was');
        o.onPiece(piece.byteLength);
        yield piece;
      }
      o.onWhole(buffers);
    } finally {
      // Not awaited: a hung disk must not hold the place of this answer.
      opened?.close().catch((err: unknown) => log.warn({ err, key }, 'an object could not be closed'));
    }
  }

  #keep(buffers: readonly Buffer[]): void {
    for (const buffer of buffers)
      if (buffer.length === PIECE_BYTES && this.#spare.length < SPARE_MAX) this.#spare.push(buffer);
  }
}

/** Returns memory of its own, as others would write into that of a pool; nothing is written into it. */
const newBuffer = (bytes: number): Buffer => Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, bytes));
