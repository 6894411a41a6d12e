// Pictures of MPEG-1 video (ISO/IEC 11172-2, 2.4.2.5).

const pictureStart = 0x00;
const intra = 1;

/**
 * Whether decoding may begin with this picture: all of it is coded by itself, and the sequence header is before it.
 * Undefined: it is no picture.
 */
export function isMpeg1Key(bytes: Uint8Array): boolean | undefined {
  let hasSequence = false;
  for (let one = bytes.indexOf(1, 2); one >= 0; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] !== 0 || bytes[one - 2] !== 0) continue;
    if (bytes[one + 1] === 0xb3) hasSequence = true;
    if (bytes[one + 1] !== pictureStart) continue;
    const type = bytes[one + 3];
    return type === undefined ? undefined : hasSequence && ((type >> 3) & 7) === intra;
  }
  return undefined;
}

/** In pixels, as a sequence header at the beginning says it (2.4.2.3); undefined without one. */
export function mpeg1Size(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const [, , one, code, a = 0, b = 0, c] = bytes;
  if (one !== 1 || code !== 0xb3 || c === undefined) return undefined;
  return { width: (a << 4) | (b >> 4), height: ((b & 0x0f) << 8) | c };
}
