import { wire } from '@meridian/protocol';
import type { SharedBytes } from '../core/index.ts';

/**
 * Media part of a Join, which another media node needs when the session moves. It is kept encoded: decoded, the
 * capabilities of a browser take twenty times as much memory.
 */
export class JoinMedia {
  readonly #endpoints: Uint8Array;
  readonly #capabilities: Uint8Array;

  /** `capabilities`: of all clients, since most have the same ones. */
  constructor(join: wire.Join.$Properties, capabilities: SharedBytes) {
    const { sendEndpoint = null, recvEndpoint = null, recvRtpCapabilities = null } = join;
    this.#endpoints = Uint8Array.from(wire.Join.encode({ sendEndpoint, recvEndpoint }).finish());
    this.#capabilities = capabilities.share(wire.Join.encode({ recvRtpCapabilities }).finish());
  }

  read(): wire.Join.$Properties {
    return wire.Join.decode(Buffer.concat([this.#endpoints, this.#capabilities]));
  }
}
