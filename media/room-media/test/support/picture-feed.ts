import { type Picture, PictureDepacketiser, type PictureFormat } from '../../src/core/rtp/pictures.ts';

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const hexOf = ({ data }: Picture): string => Buffer.from(data).toString('hex');

/** Feeds packets in sequence: payload, timestamp, marker, and the number of skipped packets before. */
export class PictureFeed {
  readonly depacketiser: PictureDepacketiser;
  #sequence = 65_530;

  constructor(format: PictureFormat) {
    this.depacketiser = new PictureDepacketiser(format);
  }

  push(payload: string | Uint8Array, o: { at?: number; marker?: boolean; skip?: number } = {}): Picture[] {
    const { at = 0, marker = false, skip = 0 } = o;
    this.#sequence += 1 + skip;
    const data = typeof payload === 'string' ? bytes(payload) : payload;
    const packet = { extendedSequence: this.#sequence, timestamp: at * 90, marker, payload: data };
    return this.depacketiser.push(packet, at);
  }

  picture(payloads: readonly (string | Uint8Array)[], at = 0): Picture[] {
    return payloads.flatMap((payload, index) => this.push(payload, { at, marker: index === payloads.length - 1 }));
  }
}
