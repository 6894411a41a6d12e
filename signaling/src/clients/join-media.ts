import { wire } from '@meridian/protocol';
import type { SharedBytes } from '../core/index.ts';

/**
 * Media part of a Join, which another media node needs when the session moves. It is kept encoded: decoded, the
 * capabilities of a browser take twenty times as much memory.
 */
export class JoinMedia {
  /** In Latin-1: a string takes half as much memory as an array of so few bytes. */
  readonly #endpoints: string;
  readonly #capabilities: Uint8Array;

  /** `capabilities`: of all clients, since most have the same ones. */
  constructor(join: wire.Join.$Properties, capabilities: SharedBytes) {
    const { sendEndpoint = null, recvEndpoint = null, recvRtpCapabilities = null } = join;
    this.#endpoints = Buffer.from(wire.Join.encode({ sendEndpoint, recvEndpoint }).finish()).toString('latin1');
    this.#capabilities = capabilities.share(wire.Join.encode({ recvRtpCapabilities }).finish());
  }

  read(): wire.Join.$Properties {
    return wire.Join.decode(Buffer.concat([Buffer.from(this.#endpoints, 'latin1'), this.#capabilities]));
  }
}
