import { HEAD_BYTES } from './file-kinds.ts';

/**
 * Returns the size of an animated WebP by its `VP8X` chunk (WebP Container Specification); undefined for other files, and
 * for an animation without its first picture.
 */
export function animationSizeOf(head: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const nameAt = (at: number): string => bytes.toString('latin1', at, at + 4);
  const isExtended = nameAt(0) === 'RIFF' && nameAt(8) === 'WEBP' && nameAt(12) === 'VP8X' && bytes.length >= 30;
  if (!isExtended || !hasChunk(bytes, 'ANMF')) return undefined;
  return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
}

/** A chunk that the end of a whole head cuts, such as a long colour profile, may have the wanted one behind it. */
function hasChunk(bytes: Buffer, name: string): boolean {
  let at = 12;
  while (at + 8 <= bytes.length) {
    if (bytes.toString('latin1', at, at + 4) === name) return true;
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return bytes.length >= HEAD_BYTES;
}
