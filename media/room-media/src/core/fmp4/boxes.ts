// Boxes of ISO base media files (ISO/IEC 14496-12, 4.2): a length, a type of four letters, and content.
import { concatBytes } from '../bytes.ts';

const LATIN = new TextEncoder();

export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return concatBytes([be32(size), LATIN.encode(type), ...content]);
}

/** Returns a box with a version and 24 bits of flags before its content. */
export function fullBox(type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Uint8Array {
  return box(type, be32(version * 0x1000000 + flags), ...content);
}

export const latin = (text: string): Uint8Array => LATIN.encode(text);

/** Encodes numbers as 16 bits, big-endian; higher bits are cut. */
export function be16(...numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 2));
  for (const [at, number] of numbers.entries()) view.setUint16(at * 2, number);
  return new Uint8Array(view.buffer);
}

/** Encodes numbers as 32 bits, big-endian; negative numbers in two's complement. */
export function be32(...numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [at, number] of numbers.entries()) view.setUint32(at * 4, number);
  return new Uint8Array(view.buffer);
}

/** Encodes a number as 64 bits; it must be whole and at most 2^53. */
export const be64 = (number: number): Uint8Array => be32(Math.floor(number / 2 ** 32), number % 2 ** 32);
