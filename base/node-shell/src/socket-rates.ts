// How fast new sockets of an address may come, and how much a socket may say. It is counted before ws parses it, which
// takes far longer than sending it. A socket that says more is cut at once: closing it with a code would go on reading.

import type { Duplex } from 'node:stream';
import { type AddressRange, AddressRates, type BucketLimits, isAmong } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { FrameMeter } from './core/frame-meter.ts';

/** Every frame costs a token, of whatever kind, every KiB another. */
export interface SocketRatesLimits {
  /** New sockets of one address (IPv6: one /64). */
  readonly handshakes: BucketLimits & { readonly addressesMax: number };
  /** What a cut socket costs its address, in new ones. */
  readonly cutHandshakes: number;
  /** What a socket may say before its token or key, and after it. */
  readonly unproven: BucketLimits;
  readonly proven: BucketLimits;
}

export interface SocketRatesOptions {
  readonly limits: SocketRatesLimits;
  readonly clock: Clock;
  readonly trustedProxies: readonly AddressRange[];
  /** A socket was cut. */
  onCut(): void;
}

export class SocketRates {
  readonly #o: SocketRatesOptions;
  readonly #handshakes: AddressRates;

  constructor(o: SocketRatesOptions) {
    this.#o = o;
    this.#handshakes = new AddressRates(o.limits.handshakes);
  }

  /** Counts a new socket of the address: 0, or in how many ms one more is taken. */
  handshake(clientIp: string): number {
    return this.#isShared(clientIp) ? 0 : this.#handshakes.take(clientIp, this.#o.clock.nowMs());
  }

  /** Cuts the socket when it says too much, and charges its address. Call what it returns for a valid token or key. */
  watch(socket: Duplex, clientIp: string): () => void {
    const { clock, limits } = this.#o;
    const meter = meterFrames(socket, limits.unproven, clock, () => {
      if (!this.#isShared(clientIp)) this.#handshakes.charge(clientIp, clock.nowMs(), limits.cutHandshakes);
      this.#o.onCut();
    });
    return () => meter.widen(limits.proven, clock.nowMs());
  }

  /** A trusted proxy that names no client: the address of many, which must not pay for one another. */
  #isShared(clientIp: string): boolean {
    return isAmong(clientIp, this.#o.trustedProxies);
  }
}

/** Cuts the socket when it says more than this, and calls `onCut`. */
export function meterFrames(socket: Duplex, limits: BucketLimits, clock: Clock, onCut: () => void): FrameMeter {
  const meter = new FrameMeter(limits, clock.nowMs());
  guardChunks(socket, (chunk) => {
    if (meter.take(chunk, clock.nowMs())) return true;
    onCut();
    return false;
  });
  return meter;
}

/**
 * Shows every chunk to `allows` before any listener gets it. False destroys the socket; no listener gets that chunk or
 * a later one. A listener would not do: ws hears the same event, and a chunk holds ten thousand frames.
 */
function guardChunks(socket: Duplex, allows: (chunk: Uint8Array) => boolean): void {
  const emit: (event: string | symbol, ...args: unknown[]) => boolean = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...args);
    if (socket.destroyed) return true;
    if (allows(args[0] as Buffer)) return emit(event, ...args);
    socket.destroy();
    return true;
  };
}
