import { MalformedStream } from '../../src/core/malformed.ts';

/** Parses hexadecimal bytes, with or without spaces. */
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** Returns the code of the refusal, or `fine`. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
    return 'fine';
  } catch (error) {
    if (error instanceof MalformedStream) return error.code;
    throw error;
  }
}
