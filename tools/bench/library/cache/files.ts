// Files of the bench: each says of which content it is, so that an answer with another's bytes is seen. Pure.
import { createHash } from 'node:crypto';

const MARK_BYTES = 4;
/** By which edges and the node know each other. */
export const EDGES_SECRET = 'a secret of edges for a bench of the library';

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The file of a content: its number, again and again. */
export function fileOf(content: number, bytes: number): Buffer {
  const mark = Buffer.alloc(MARK_BYTES);
  mark.writeUInt32BE(content);
  return Buffer.alloc(bytes, mark);
}

/** Whether a piece of the file that begins at this offset is of this content, by its first whole mark. */
export function isOf(content: number, piece: Buffer, offset: number): boolean {
  const from = (MARK_BYTES - (offset % MARK_BYTES)) % MARK_BYTES;
  return piece.length < from + MARK_BYTES || piece.readUInt32BE(from) === content;
}
