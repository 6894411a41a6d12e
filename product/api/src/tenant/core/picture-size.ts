// Reads the size of a picture from its file header, since a small file may declare gigabytes of pixels.

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Returns undefined for a file that does not begin like its type, or whose header has no size. */
export function pictureSize(type: string, file: Buffer): PictureSize | undefined {
  const size = sizes[type]?.(file);
  return size !== undefined && size.widthPx > 0 && size.heightPx > 0 ? size : undefined;
}

const sizes: Readonly<Record<string, (file: Buffer) => PictureSize | undefined>> = {
  png: sizeOfPng,
  jpeg: sizeOfJpeg,
  webp: sizeOfWebp,
};

/** Signature, and start of the first chunk: IHDR of 13 bytes. */
const pngBeginning = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', 'latin1');

function sizeOfPng(file: Buffer): PictureSize | undefined {
  if (file.length < 24 || !file.subarray(0, 16).equals(pngBeginning)) return undefined;
  return { widthPx: file.readUInt32BE(16), heightPx: file.readUInt32BE(20) };
}

/** Finds the frame (SOF) by walking the segments, since earlier segments may contain thumbnails. */
function sizeOfJpeg(file: Buffer): PictureSize | undefined {
  if (file.toString('latin1', 0, 3) !== '\xff\xd8\xff') return undefined;
  // A segment has a marker (2 bytes), length (2), precision (1), height (2) and width (2).
  for (let at = 2; at + 9 <= file.length; at += 2 + file.readUInt16BE(at + 2)) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== 0xff || !hasLength(marker)) return undefined;
    if (isFrame(marker)) return { widthPx: file.readUInt16BE(at + 7), heightPx: file.readUInt16BE(at + 5) };
  }
  return undefined;
}

/** C4, C8 and CC are tables and an extension, not frames. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Returns whether a marker has a length, and may precede a frame: not fill bytes, restarts, ends or scans. */
const hasLength = (marker: number): boolean => marker >= 0xc0 && marker !== 0xff && (marker < 0xd0 || marker > 0xda);

/** Reads the first chunk: lossy, lossless, or extended (which has the canvas, the bound of all frames). */
function sizeOfWebp(file: Buffer): PictureSize | undefined {
  if (file.length < 30 || file.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  const form = file.toString('latin1', 8, 16);
  if (form === 'WEBPVP8X') return { widthPx: file.readUIntLE(24, 3) + 1, heightPx: file.readUIntLE(27, 3) + 1 };
  if (form === 'WEBPVP8L' && file[20] === 0x2f) {
    const bits = file.readUInt32LE(21);
    return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (form === 'WEBPVP8 ' && file.toString('latin1', 23, 26) === '\x9d\x01\x2a')
    return { widthPx: file.readUInt16LE(26) & 0x3fff, heightPx: file.readUInt16LE(28) & 0x3fff };
  return undefined;
}
