import { describe, expect, it } from 'vitest';
import {
  type AddressRange,
  addressKey,
  bracketed,
  clientAddress,
  formatAddress,
  isWithin,
  parseAddress,
  parseRange,
} from '../../src/client-address.ts';
import vectors from '../vectors/client-address.json' with { type: 'json' };

const rangeOf = (text: string): AddressRange => {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`no range: ${text}`);
  return range;
};

describe('addresses', () => {
  it.each(vectors.notAddresses)('%j is not valid', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
  it.each(vectors.addresses as [string, string][])('%s is %s', (text, canonical) => {
    const bytes = parseAddress(text);
    expect(formatAddress(bytes ?? [])).toBe(canonical);
    expect(parseAddress(canonical)).toEqual(bytes);
  });
});

it('an IPv6 host is bracketed in a URL', () => {
  const hosts = ['2001:db8::1', '::1', '203.0.113.1', 'meet.example.org'];
  expect(hosts.map((host) => new URL(`wss://${bracketed(host)}:7881`).hostname)).toEqual([
    '[2001:db8::1]',
    '[::1]',
    '203.0.113.1',
    'meet.example.org',
  ]);
});

describe('ranges', () => {
  it.each(vectors.notRanges)('%j is not valid', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
  it.each(vectors.ranges as [string, string, boolean][])('%s and %s: %s', (range, address, inside) => {
    expect(isWithin(parseAddress(address) ?? [], rangeOf(range))).toBe(inside);
  });
});

describe('the client', () => {
  it.each(vectors.clients.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    expect(clientAddress(row.remote, row.forwarded, row.trusted.map(rangeOf))).toBe(row.client);
  });

  it('is searched only in the right end of the list, however long it is', () => {
    const list = `203.0.113.5, ${Array.from({ length: 100 }, () => '10.0.0.1').join(', ')}`;
    expect(clientAddress('10.0.0.1', list, [rangeOf('10.0.0.0/8')])).toBe('10.0.0.1');
  });

  it('counts by its address, or by its network of 64 bits', () => {
    expect(addressKey('10.0.0.1')).not.toBe(addressKey('10.0.0.2'));
    expect(addressKey('2001:db8:0:1::1')).toBe(addressKey('2001:db8:0:1:ffff::2'));
    expect(addressKey('2001:db8:0:1::1')).not.toBe(addressKey('2001:db8:0:2::1'));
    expect(addressKey('::ffff:10.0.0.1')).toBe(addressKey('10.0.0.1'));
  });
});
