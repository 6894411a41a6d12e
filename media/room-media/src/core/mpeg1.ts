// Checks pictures of MPEG-1 video (ISO/IEC 11172-2, 2.4.2) before players have to decode them.

const startCodes = { picture: 0x00, sequence: 0xb3, extension: 0xb5 } as const;
const pictureTypes = { intra: 1, predicted: 2 } as const;
/** Size of the largest picture that the player shows. */
const sizeMax = { width: 1280, height: 720 } as const;
/** Equal to the bound of a unit in a transport stream. */
const bytesMax = 1024 * 1024;

export interface Mpeg1Picture {
  /** Decoding may begin here: the picture is intra coded and follows a sequence header. */
  readonly isKey: boolean;
  readonly width: number;
  readonly height: number;
}

/**
 * Parses the headers of one coded picture. Returns undefined without a picture, 'unsupported' for MPEG-2, B pictures,
 * and pictures above 1280×720 or 1 MiB, which players cannot decode.
 */
export function readMpeg1(bytes: Uint8Array): Mpeg1Picture | 'unsupported' | undefined {
  if (bytes.length > bytesMax) return 'unsupported';
  let [width, height] = [0, 0];
  let type: number | undefined;
  for (let one = bytes.indexOf(1, 2); one >= 0; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] !== 0 || bytes[one - 2] !== 0) continue;
    const code = bytes[one + 1];
    const [a = 0, b = 0, c = 0] = bytes.subarray(one + 2, one + 5);
    if (code === startCodes.extension) return 'unsupported';
    if (code === startCodes.sequence) {
      width = (a << 4) | (b >> 4);
      height = ((b & 0xf) << 8) | c;
      if (width === 0 || height === 0 || width > sizeMax.width || height > sizeMax.height) return 'unsupported';
    } else if (code === startCodes.picture) {
      if (type !== undefined) return 'unsupported';
      type = (b >> 3) & 7;
    }
  }
  if (type === undefined) return undefined;
  if (type !== pictureTypes.intra && type !== pictureTypes.predicted) return 'unsupported';
  return { isKey: type === pictureTypes.intra && width > 0, width, height };
}
