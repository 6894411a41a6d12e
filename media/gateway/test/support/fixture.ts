import { readFileSync } from 'node:fs';

/** Reads a file of `test/fixtures`. */
export const fixture = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
