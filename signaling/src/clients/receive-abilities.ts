import { rtpCapabilitiesFromWire, wire } from '@meridian/protocol';
import { type RenditionTypes, renditionTypesFor, type SharedBytes } from '../core/index.ts';

type Capabilities = wire.RtpCapabilities.$Properties;

/**
 * Capabilities of clients to receive media. Most clients have equal ones, so these are kept once, encoded, with what
 * was found in them: no other part of a Join takes as long to check and to encode.
 */
export class ReceiveAbilities {
  readonly #shared: SharedBytes;
  readonly #bytesOf = new WeakMap<Capabilities, Uint8Array>();
  readonly #decodes = new WeakMap<Uint8Array, RenditionTypes>();

  constructor(shared: SharedBytes) {
    this.#shared = shared;
  }

  /** Returns the shared encoding of capabilities, as the field of a `SessionInfo`. */
  encoded(capabilities: Capabilities | null | undefined): Uint8Array {
    const recvRtpCapabilities = capabilities ?? none;
    const known = this.#bytesOf.get(recvRtpCapabilities);
    if (known !== undefined) return known;
    const bytes = this.#shared.share(wire.SessionInfo.encode({ recvRtpCapabilities }).finish());
    this.#bytesOf.set(recvRtpCapabilities, bytes);
    return bytes;
  }

  /** Returns the codecs of renditions that a client can decode. Throws REQUEST_INVALID for malformed capabilities. */
  decodes(capabilities: Capabilities | null | undefined): RenditionTypes {
    const bytes = this.encoded(capabilities);
    const known = this.#decodes.get(bytes);
    if (known !== undefined) return known;
    const found = renditionTypesFor(rtpCapabilitiesFromWire(capabilities));
    this.#decodes.set(bytes, found);
    return found;
  }
}

const none: Capabilities = {};
