// Clients of one browser have equal capabilities, some 100 objects each. Their sessions share one copy.
import type { RtpCapabilities } from '@meridian/protocol';

/** Browsers, their versions and SDKs differ in a few codecs; beyond it the oldest are no longer shared. */
export const sharedCapabilitiesMax = 64;

export class SharedCapabilities {
  readonly #byText = new Map<string, RtpCapabilities>();

  /** Returns equal capabilities that an earlier session had, or these. */
  share(capabilities: RtpCapabilities): RtpCapabilities {
    const text = JSON.stringify(capabilities);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const [oldest] = this.#byText.keys();
    if (oldest !== undefined && this.#byText.size >= sharedCapabilitiesMax) this.#byText.delete(oldest);
    this.#byText.set(text, capabilities);
    return capabilities;
  }
}
