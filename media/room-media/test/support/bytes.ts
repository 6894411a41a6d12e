import { MalformedStream } from '../../src/core/malformed.ts';

/** Bytes written in hexadecimal, with or without spaces. */
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** The code with which bytes are refused; `fine` if they are not. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
    return 'fine';
  } catch (error) {
    if (error instanceof MalformedStream) return error.code;
    throw error;
  }
}
