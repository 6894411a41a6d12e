// Samples addresses for which a database has a record. Each lookup returns a prefix length, even without a record, so
// the walk continues behind that prefix. Evenly spaced starts, no randomness: the same file gives the same sample.
import type { Reader, Response } from 'maxmind';

export interface Sample {
  readonly ip: string;
  readonly record: unknown;
}

/** Starts per family, and steps from each until a known address is found: 128 × 64 lookups at most, some 10 ms. */
const STARTS = 64;
const STEPS_MAX = 64;

/** Whether a file serves the family. A file of IPv6 alone answers wrongly for IPv4 addresses under ::/96. */
export function servesFamily(reader: Reader<Response>, family: 4 | 6): boolean {
  if (family === 6) return reader.metadata.ipVersion === 6;
  return !/ipv6$/.test(reader.metadata.databaseType);
}

/** Returns an address of each sampled network. Throws what the reader throws on a damaged file. */
export function sampleOf(reader: Reader<Response>): Sample[] {
  const found = new Map<string, Sample>();
  const take = (sample: Sample | undefined): void => {
    if (sample !== undefined) found.set(sample.ip, sample);
  };
  for (let at = 0; at < STARTS; at += 1) {
    // Starts spread over all of IPv4, and over 2000::/3, all allocated IPv6 space.
    const part = BigInt(at);
    if (servesFamily(reader, 4))
      take(firstKnown(reader, { bits: 32, start: part << 26n, end: 1n << 32n, text: textOfV4 }));
    if (servesFamily(reader, 6)) {
      take(firstKnown(reader, { bits: 128, start: (1n << 125n) + (part << 119n), end: 1n << 126n, text: textOfV6 }));
    }
  }
  return [...found.values()];
}

interface Range {
  readonly bits: number;
  readonly start: bigint;
  readonly end: bigint;
  text(value: bigint): string;
}

function firstKnown(reader: Reader<Response>, range: Range): Sample | undefined {
  let at = range.start;
  for (let step = 0; step < STEPS_MAX && at < range.end; step += 1) {
    const ip = range.text(at);
    const [record, prefixLength] = reader.getWithPrefixLength(ip);
    const size = 1n << BigInt(range.bits - prefixLength);
    const base = at - (at % size);
    // The network's first address is taken, so that a network met twice counts once.
    if (record !== null) return { ip: range.text(base < range.start ? at : base), record };
    at = base + size;
  }
  return undefined;
}

function textOfV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function textOfV6(value: bigint): string {
  return Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(':');
}
