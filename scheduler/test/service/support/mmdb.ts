// Writes small MaxMind DB files, as MaxMind's own writer lays them out: a binary tree over the bits of an IPv6 address
// (IPv4 under ::/96), then the data, then the metadata. After https://maxmind.github.io/MaxMind-DB/ (format version
// 2.0), 24-bit records.
import { writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export interface Mmdb {
  readonly databaseType: string;
  readonly networks: Record<string, Value>;
  readonly buildEpoch?: number;
}

/** `networks`: CIDR -> record. Overlapping networks are not supported. */
export function writeMmdb(file: string, o: Mmdb): void {
  writeFileSync(file, mmdbBytes(o));
}

/** Returns the bytes of such a file. `buildEpoch`: seconds since 1970. */
export function mmdbBytes(o: Mmdb): Buffer {
  const nodes: [Child, Child][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [cidr, record] of Object.entries(o.networks)) {
    insert(nodes, bitsOf(cidr), { offset: dataLength });
    const bytes = encode(record);
    data.push(bytes);
    dataLength += bytes.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, children] of nodes.entries()) {
    for (const [side, child] of children.entries()) {
      const value = typeof child === 'object' ? nodes.length + 16 + child.offset : (child ?? nodes.length);
      tree.writeUIntBE(value, index * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: o.buildEpoch ?? 1_760_000_000,
    database_type: o.databaseType,
    description: { en: 'made by a test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

/** Index of the next node, offset of a record in the data, or undefined for an address without a record. */
type Child = number | { readonly offset: number } | undefined;

function insert(nodes: [Child, Child][], bits: readonly (0 | 1)[], leaf: { offset: number }): void {
  let at = 0;
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[at];
    if (node === undefined) throw new Error('the tree is broken');
    if (depth === bits.length - 1) {
      node[bit] = leaf;
      return;
    }
    const next = node[bit] ?? nodes.push([undefined, undefined]) - 1;
    if (typeof next !== 'number') throw new Error('networks overlap');
    node[bit] = next;
    at = next;
  }
}

function bitsOf(cidr: string): (0 | 1)[] {
  const [ip = '', length = ''] = cidr.split('/');
  const bytes = isIPv4(ip) ? [...Array<number>(12).fill(0), ...ip.split('.').map(Number)] : bytesOfV6(ip);
  const count = Number(length) + (isIPv4(ip) ? 96 : 0);
  return Array.from({ length: count }, (_, index) => (((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) as 0 | 1);
}

function bytesOfV6(ip: string): number[] {
  const [head = '', tail = ''] = ip.split('::');
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const [left, right] = [words(head), words(tail)];
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return all.flatMap((word) => [word >> 8, word & 255]);
}

/** Types: 2 text, 3 double, 6 whole number, 7 map, 11 array, 14 boolean (7 + the byte that follows). */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'boolean') return control(14, Number(value));
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as Record<string, Value>);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, of]) => [encode(key), encode(of)])]);
}

function encodeNumber(value: number): Buffer {
  if (Number.isInteger(value) && value > 0 && value < 2 ** 32) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), bytes]);
}

function control(type: number, size: number): Buffer {
  if (size >= 285) throw new Error('larger than a test needs');
  const first = ((type <= 7 ? type : 0) << 5) | Math.min(size, 29);
  return Buffer.from([first, ...(type <= 7 ? [] : [type - 7]), ...(size < 29 ? [] : [size - 29])]);
}
