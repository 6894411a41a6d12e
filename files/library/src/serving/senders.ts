// Bounds the number of senders (running PATCH requests of uploads), and how long each may be silent.
import type { IncomingMessage } from 'node:http';
import type { TokenOrigin } from '@meridian/node-shell';
import { addressKey, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';

/** Each sender holds at most 1.5 MiB, two files and a connection. */
export const SENDERS_MAX = 200;
/** Bound of an address: allows an office that uploads together. */
export const SENDERS_PER_ADDRESS_MAX = 100;
/** Bound of a tenant, which leaves a quarter for other tenants. */
export const SENDERS_PER_TENANT_MAX = 150;
/** Bound of an upload: browsers open six connections to a host, and a tool may open more. */
export const SENDERS_PER_UPLOAD_MAX = 32;
/** A sender without any bytes for this time has lost its network and is ended. */
export const SILENT_MS_MAX = 60_000;
const RETRY_MS = 5000;

export interface Sender {
  received(bytes: number): void;
  leave(): void;
}

interface Running {
  readonly holders: readonly string[];
  readonly origin: TokenOrigin;
  readonly request: IncomingMessage;
}

export class Senders {
  readonly #o: { readonly clock: Clock; onBytes(bytes: number): void };
  readonly #running = new Set<Running>();
  readonly #counts = new Map<string, number>();

  constructor(o: { readonly clock: Clock; onBytes(bytes: number): void }) {
    this.#o = o;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Takes a place. Throws OVERLOADED at the bound of all senders, the address, the tenant or the upload. */
  enter(o: {
    readonly request: IncomingMessage;
    readonly address: string;
    readonly uploadId: string;
    readonly origin: TokenOrigin;
  }): Sender {
    const holders = this.#holdersOf(o);
    const { clock } = this.#o;
    const running = { holders, origin: o.origin, request: o.request };
    this.#running.add(running);
    for (const holder of holders) this.#counts.set(holder, (this.#counts.get(holder) ?? 0) + 1);
    let cameMs = clock.nowMs();
    const checkSilence = (): void => {
      const leftMs = cameMs + SILENT_MS_MAX - clock.nowMs();
      if (leftMs <= 0) o.request.destroy();
      else timer = clock.after(leftMs, checkSilence);
    };
    let timer = clock.after(SILENT_MS_MAX, checkSilence);
    return {
      received: (bytes) => {
        cameMs = clock.nowMs();
        this.#o.onBytes(bytes);
      },
      leave: () => {
        timer.cancel();
        this.#leave(running);
      },
    };
  }

  /** Aborts requests with ended tokens; their bytes so far count. */
  endRevoked(isEnded: (origin: TokenOrigin) => boolean): void {
    for (const { origin, request } of this.#running) if (isEnded(origin)) request.destroy();
  }

  #leave(running: Running): void {
    if (!this.#running.delete(running)) return;
    for (const holder of running.holders) {
      const remaining = (this.#counts.get(holder) ?? 1) - 1;
      if (remaining === 0) this.#counts.delete(holder);
      else this.#counts.set(holder, remaining);
    }
  }

  #holdersOf(o: { readonly address: string; readonly uploadId: string; readonly origin: TokenOrigin }): string[] {
    const { tenant } = o.origin;
    const bounds = new Map([
      [`address ${addressKey(o.address)}`, SENDERS_PER_ADDRESS_MAX],
      [`tenant ${tenant}`, SENDERS_PER_TENANT_MAX],
      [`upload ${tenant} ${o.uploadId}`, SENDERS_PER_UPLOAD_MAX],
    ]);
    const isFull = [...bounds].some(([holder, max]) => (this.#counts.get(holder) ?? 0) >= max);
    if (isFull || this.#running.size >= SENDERS_MAX)
      throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: RETRY_MS });
    return [...bounds.keys()];
  }
}
