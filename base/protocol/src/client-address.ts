// Finds the address of a client behind proxies. Every proxy appends its peer's address to `x-forwarded-for`, so only
// the right end, which the operator's own (trusted) proxies wrote, is reliable: the first address from the right that
// is not a trusted proxy is the client's. A socket from any other address is the client's own, whatever its headers
// say.

export interface AddressRange {
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

const V4 = 4;
const V6 = 16;

/** Parses an IPv4 or IPv6 address; an IPv4-mapped IPv6 address gives IPv4. */
export function parseAddress(text: string): readonly number[] | undefined {
  const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
  const mapped =
    bytes?.length === V6 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  if (slash < 0) return { bytes, prefixBits: bytes.length * 8 };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  const writtenBits = address.includes(':') ? V6 * 8 : V4 * 8;
  const prefixBits = Number(prefix) - (writtenBits - bytes.length * 8);
  return Number(prefix) <= writtenBits && prefixBits >= 0 ? { bytes, prefixBits } : undefined;
}

export function isWithin(bytes: readonly number[], range: AddressRange): boolean {
  if (bytes.length !== range.bytes.length) return false;
  return range.bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, range.prefixBits - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return ((byte ^ (bytes[index] ?? 0)) & mask) === 0;
  });
}

export function isAmong(address: string, ranges: readonly AddressRange[]): boolean {
  const bytes = parseAddress(address);
  return bytes !== undefined && ranges.some((range) => isWithin(bytes, range));
}

export function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === V4) return bytes.join('.');
  const groups: string[] = [];
  for (let index = 0; index < V6; index += 2)
    groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  return groups.join(':');
}

export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Returns the key of a client: its IPv4 address, or its IPv6 /64, the network of a customer. */
export function addressKey(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.length === 4 ? bytes.join('.') : `${bytes.slice(0, 8).join('.')}/64`;
}

/** Longest part of the list that is read, from the right; no chain of proxies is longer. */
const HOPS_MAX = 16;

/**
 * Returns the client's address in canonical text. `forwardedFor` is the header's value, with several headers joined by
 * commas. An invalid entry ends the walk, since no trusted proxy wrote the entries to its left.
 */
export function clientAddress(
  remoteAddress: string,
  forwardedFor: string | undefined,
  trusted: readonly AddressRange[],
): string {
  const isTrusted = (bytes: readonly number[]): boolean => trusted.some((range) => isWithin(bytes, range));
  let client = parseAddress(remoteAddress);
  if (client === undefined) return '';
  const hops = (forwardedFor ?? '').split(',').slice(-HOPS_MAX);
  for (let hop = hops.pop(); hop !== undefined && isTrusted(client); hop = hops.pop()) {
    const bytes = parseAddress(withoutPort(hop.trim()));
    if (bytes === undefined) break;
    client = bytes;
  }
  return formatAddress(client);
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (bracketed) return bracketed[1] ?? '';
  return /^[\d.]+:\d{1,5}$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== V4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.map(Number);
}

function parseV6(text: string): number[] | undefined {
  // A zone (`%eth0`) names an interface of this machine and is no part of the address.
  const bare = text.includes('%') ? text.slice(0, text.indexOf('%')) : text;
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const left = parseGroups(halves[0] ?? '', halves.length === 1);
  const right = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (left === undefined || right === undefined) return undefined;
  const gap = V6 - left.length - right.length;
  if (halves.length === 1 ? gap !== 0 : gap < 2) return undefined;
  return [...left, ...new Array<number>(gap).fill(0), ...right];
}

function parseGroups(text: string, dottedEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (dottedEnd && index === groups.length - 1 && group.includes('.')) {
      const dotted = parseV4(group);
      if (dotted === undefined) return undefined;
      bytes.push(...dotted);
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes.length <= V6 ? bytes : undefined;
}
