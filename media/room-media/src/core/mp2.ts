// Parses headers of MPEG audio layer II frames (ISO/IEC 11172-3, 2.4.1.3, and 13818-3 for half the sample rates).

export interface Mp2Header {
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly bitrateKbps: number;
  readonly frameBytes: number;
}

export const mp2FrameSamples = 1152;
const headerBytes = 4;
const fullRatesKbps = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384] as const;
const halfRatesKbps = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
const sampleRates = [44_100, 48_000, 32_000] as const;
export const mp2SampleRates: readonly number[] = sampleRates.flatMap((rate) => [rate, rate / 2]);
const mono = 3;

/** Parses the header at the start of `bytes`; undefined for garbage, other layers, and a free bit rate. */
export function mp2Header(bytes: Uint8Array): Mp2Header | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes;
  if (bytes.byteLength < headerBytes || b0 !== 0xff || (b1 & 0xf6) !== 0xf4) return undefined;
  const isHalf = (b1 & 8) === 0;
  const bitrateKbps = (isHalf ? halfRatesKbps : fullRatesKbps)[b2 >> 4] ?? 0;
  const fullRate = sampleRates[(b2 >> 2) & 3];
  if (bitrateKbps === 0 || fullRate === undefined) return undefined;
  const sampleRate = isHalf ? fullRate / 2 : fullRate;
  const padding = (b2 >> 1) & 1;
  const frameBytes = Math.floor((144_000 * bitrateKbps) / sampleRate) + padding;
  return { sampleRate, channels: b3 >> 6 === mono ? 1 : 2, bitrateKbps, frameBytes };
}

/** Splits concatenated frames, as views; undefined if other bytes lie between or after them. */
export function splitMp2(bytes: Uint8Array): { readonly header: Mp2Header; readonly frame: Uint8Array }[] | undefined {
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const header = mp2Header(bytes.subarray(at));
    if (header === undefined || at + header.frameBytes > bytes.length) return undefined;
    frames.push({ header, frame: bytes.subarray(at, at + header.frameBytes) });
    at += header.frameBytes;
  }
  return frames;
}
