// Parses and classifies client addresses. Only public addresses are looked up; others say nothing about a place.

export interface ClientAddress {
  readonly family: 4 | 6;
  readonly text: string; // normalised: IPv4 inside IPv6 becomes IPv4, without zone
}

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Parses an address; `::ffff:1.2.3.4` becomes the IPv4 address. Returns undefined for malformed text. */
export function parseAddress(text: string): ClientAddress | undefined {
  if (parseV4(text) !== undefined) return { family: 4, text };
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '');
  if (parseV4(bare) !== undefined) return { family: 4, text: bare };
  const groups = parseV6(bare);
  if (groups === undefined) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return { family: 6, text: groups.map((group) => group.toString(16)).join(':') };
  const [high = 0, low = 0] = groups.slice(6);
  return { family: 4, text: [high >> 8, high & 255, low >> 8, low & 255].join('.') };
}

/** Returns false for private, loopback, link-local, shared (CGNAT), multicast, documentation and reserved addresses. */
export function isPublic(address: ClientAddress): boolean {
  if (address.family === 4) {
    const value = parseV4(address.text) ?? 0;
    return isPublicV4(value);
  }
  const [first = 0, second = 0] = parseV6(address.text) ?? [];
  // Global unicast is 2000::/3; inside it, 2001:db8::/32 is documentation, and 2002::/16 (6to4) says nothing reliable.
  return first >> 13 === 1 && !(first === 0x2001 && second === 0x0db8) && first !== 0x2002;
}

/** Returns the value of a public IPv4 address; undefined for any other text. */
export function publicV4(text: string): number | undefined {
  const value = parseV4(text);
  return value !== undefined && isPublicV4(value) ? value : undefined;
}

function isPublicV4(value: number): boolean {
  for (let index = 0; index < specialV4.length; index += 1) {
    const { base, shift } = specialV4[index] as (typeof specialV4)[number];
    if (value >>> shift === base >>> shift) return false;
  }
  return true;
}

// Ranges of the IANA special-purpose registry that a socket's peer can have.
const specialV4: readonly { readonly base: number; readonly shift: number }[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
].map(([text, bits]) => ({ base: parseV4(text as string) ?? 0, shift: 32 - (bits as number) }));

/** Parses four groups of one to three digits, each at most 255. Written by hand because every join calls it. */
function parseV4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let value = 0;
  let [group, digits, dots] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0) return undefined;
      value = value * 256 + group;
      dots += 1;
      group = 0;
      digits = 0;
    } else {
      if (code < ZERO || code > NINE || digits === 3) return undefined;
      group = group * 10 + code - ZERO;
      digits += 1;
      if (group > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? (value * 256 + group) >>> 0 : undefined;
}

/** Parses eight 16-bit groups (RFC 4291). Returns undefined for malformed text. */
function parseV6(text: string): number[] | undefined {
  const spelled = v4TailAsGroups(text);
  if (spelled === undefined || !/^[0-9a-fA-F:]+$/.test(spelled)) return undefined;
  const halves = spelled.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

function v4TailAsGroups(text: string): string | undefined {
  const at = text.lastIndexOf(':');
  if (at < 0 || !text.includes('.')) return text;
  const value = parseV4(text.slice(at + 1));
  if (value === undefined) return undefined;
  return `${text.slice(0, at + 1)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}
