import { describe, expect, it } from 'vitest';
import { usualAddresses } from '../../src/adapters/network.ts';
import { addressesReached } from '../../src/checks/machine.ts';
import { warnOfAddress } from '../../src/commands/join.ts';
import type { Addresses } from '../../src/core/host.ts';
import { addressForms } from '../support/host-files.ts';

const form: Addresses = addressForms['a private network, IPv6, and media at port 443'];
const privateOnly: Addresses = {
  local: '10.0.0.2',
  public: '10.0.0.2',
  second: { local: 'fd00::2', public: 'fd00::2' },
  tls: { local: '10.0.0.3', public: '203.0.113.3' },
};

it('an address that only its own network reaches gives a warning', () => {
  const warningsOf = (addresses: Addresses) =>
    addressesReached({ addresses }).map(({ level, what }) => `${level} ${what}`);
  for (const one of Object.values(addressForms)) expect(warningsOf(one)).toEqual([]);
  expect(warningsOf(privateOnly)).toEqual([
    'warn clients are given 10.0.0.2, which its own network alone reaches',
    'warn clients are given fd00::2, which its own network alone reaches',
  ]);
});

describe('an address under which the centre sees the host', () => {
  const warned = (seenAddress: string): string => {
    const said: string[] = [];
    warnOfAddress({ addresses: form }, { seenAddress }, { err: (text) => void said.push(text) });
    return said.join('\n');
  };
  it.each(['203.0.113.11', '10.0.0.2', '2001:db8::11', '203.0.113.12', ''])(
    "is accepted if it is the host's own: %j",
    (seen) => {
      expect(warned(seen)).toBe('');
    },
  );
  it('gives a warning if it is not an address of the host', () => {
    expect(warned('198.51.100.7')).toMatch(/the centre sees this host as 198\.51\.100\.7[\s\S]+--public-address/);
  });
});

it('this machine reaches each family from one of its own addresses', async () => {
  expect((await usualAddresses('127.0.0.1'))[4]).toBe('127.0.0.1');
  expect((await usualAddresses('::1'))[6]).toBe('::1');
});
