import { wire } from '@meridian/protocol';
import type { ReceiveAbilities } from './receive-abilities.ts';

/**
 * Media part of a Join, which another media node needs when the session moves. It is kept encoded: decoded, the
 * capabilities of a browser take twenty times as much memory.
 */
export class JoinMedia {
  /** In Latin-1: a string takes half as much memory as an array of so few bytes. */
  readonly #endpoints: string;
  readonly #capabilities: Uint8Array;

  constructor(join: wire.Join.$Properties, abilities: ReceiveAbilities) {
    const { sendEndpoint = null, recvEndpoint = null } = join;
    this.#endpoints = Buffer.from(wire.Join.encode({ sendEndpoint, recvEndpoint }).finish()).toString('latin1');
    this.#capabilities = abilities.encoded(join.recvRtpCapabilities);
  }

  read(): wire.Join.$Properties {
    const { sendEndpoint = null, recvEndpoint = null } = wire.Join.decode(Buffer.from(this.#endpoints, 'latin1'));
    const { recvRtpCapabilities = null } = wire.SessionInfo.decode(this.#capabilities);
    return { sendEndpoint, recvEndpoint, recvRtpCapabilities };
  }
}
