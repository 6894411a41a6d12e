// Limits new sockets per address, and the input of each socket. Input is counted before ws parses it, which takes far
// longer than sending it. A socket above its limit is cut at once, since closing with a code would read on.

import type { Duplex } from 'node:stream';
import { type AddressRange, AddressRates, type BucketLimits, isAmong } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { FrameMeter } from './core/frame-meter.ts';

export interface SocketRatesLimits {
  readonly handshakes: BucketLimits & { readonly addressesMax: number };
  readonly cutHandshakes: number;
  /** Input of a socket before and after its token or key. */
  readonly unproven: BucketLimits;
  readonly proven: BucketLimits;
}

export interface SocketRatesOptions {
  readonly limits: SocketRatesLimits;
  readonly clock: Clock;
  readonly trustedProxies: readonly AddressRange[];
  onCut(): void;
}

export class SocketRates {
  readonly #o: SocketRatesOptions;
  readonly #handshakes: AddressRates;

  constructor(o: SocketRatesOptions) {
    this.#o = o;
    this.#handshakes = new AddressRates(o.limits.handshakes);
  }

  /** Counts a new socket of the address. Returns 0, or the time in ms until another is accepted. */
  handshake(clientIp: string): number {
    return this.#isShared(clientIp) ? 0 : this.#handshakes.take(clientIp, this.#o.clock.nowMs());
  }

  /** Cuts a socket above the limit and charges its address. Call the returned function for a valid token or key. */
  watch(socket: Duplex, clientIp: string): () => void {
    const { clock, limits } = this.#o;
    const meter = meterFrames(socket, limits.unproven, clock, () => {
      if (!this.#isShared(clientIp)) this.#handshakes.charge(clientIp, clock.nowMs(), limits.cutHandshakes);
      this.#o.onCut();
    });
    return () => meter.widen(limits.proven, clock.nowMs());
  }

  /** Returns whether the address is a trusted proxy, whose unnamed clients must not pay for each other. */
  #isShared(clientIp: string): boolean {
    return isAmong(clientIp, this.#o.trustedProxies);
  }
}

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
 * Shows every chunk to `allows` before any listener gets it. False destroys the socket, and no listener gets that chunk
 * or a later one. A listener would be too late: ws gets the same event, and a chunk holds ten thousand frames.
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
