import { MalformedStream } from '../../src/core/malformed.ts';

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

export function refusalOf(read: () => unknown): string {
  try {
    read();
    return 'fine';
  } catch (error) {
    if (error instanceof MalformedStream) return error.code;
    throw error;
  }
}
