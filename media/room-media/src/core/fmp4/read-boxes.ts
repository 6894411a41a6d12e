// Reads boxes of ISO base media files (ISO/IEC 14496-12, 4.2).
import { ByteReader } from '../bytes.ts';
import { MalformedStream } from '../malformed.ts';

export interface Box {
  readonly type: string;
  readonly content: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Splits `bytes` into boxes, as views. Throws MalformedStream when a box reaches beyond the end. */
export function boxesOf(bytes: Uint8Array): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { size, headBytes, type } = headOf(bytes.subarray(at));
    if (size > bytes.length - at) throw new MalformedStream('TRUNCATED', `${type} of ${size} bytes`);
    const whole = bytes.subarray(at, at + size);
    boxes.push({ type, content: whole.subarray(headBytes), bytes: whole });
    at += size;
  }
  return boxes;
}

/** Parses a box header; the box's content may be incomplete. Throws MalformedStream. */
export function headOf(bytes: Uint8Array): { size: number; headBytes: number; type: string } {
  const reader = new ByteReader(bytes);
  const short = reader.u32();
  const type = String.fromCharCode(...reader.take(4));
  const isLong = short === 1;
  const size = isLong ? reader.u32() * 2 ** 32 + reader.u32() : short;
  const headBytes = isLong ? 16 : 8;
  if (size < headBytes) throw new MalformedStream('INVALID', `a box of ${size} bytes`);
  return { size, headBytes, type };
}
