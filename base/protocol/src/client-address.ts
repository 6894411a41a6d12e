// The address of a client behind proxies. `x-forwarded-for` is a list to which every proxy appends its peer's address,
// so only its right end is worth anything, and only as far as it was written by proxies that the operator named:
// walking from the right, the first address that is no trusted proxy is the client. A socket that does not come from a
// trusted proxy is the client itself, whatever its headers say.

export interface AddressRange {
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

const V4 = 4;
const V6 = 16;

/** The bytes of an IPv4 or IPv6 address in text, an IPv4 address in IPv6 dress as IPv4; undefined for anything else. */
export function parseAddress(text: string): readonly number[] | undefined {
  const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
  const mapped =
    bytes?.length === V6 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

/** An address or `address/prefix`; undefined when it is neither. */
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

/** Whether the address is in one of the ranges. */
export function isAmong(address: string, ranges: readonly AddressRange[]): boolean {
  const bytes = parseAddress(address);
  return bytes !== undefined && ranges.some((range) => isWithin(bytes, range));
}

/** The canonical text of an address: IPv4 dotted, IPv6 in eight groups without leading zeros. */
export function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === V4) return bytes.join('.');
  const groups: string[] = [];
  for (let index = 0; index < V6; index += 2)
    groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  return groups.join(':');
}

/** A host as URLs have it: an IPv6 address in brackets, anything else as it is. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets. */
export function addressKey(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.length === 4 ? bytes.join('.') : `${bytes.slice(0, 8).join('.')}/64`;
}

/** Longest list that is looked at, from the right; more proxies in a row than this do not exist. */
const HOPS_MAX = 16;

/**
 * The client's address in canonical text. `remoteAddress` is the socket's; `forwardedFor` the header's value, several
 * headers joined by commas. An entry that is no address ends the walk: what stands left of it was not written
 * by a trusted proxy.
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

/** `[v6]:port`, `v4:port` and the bare forms; some proxies write the port. */
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
  // a zone names an interface of this machine, not an address
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

/** Groups of hexadecimal digits; the last may be a dotted IPv4 address when `dottedEnd`. */
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
