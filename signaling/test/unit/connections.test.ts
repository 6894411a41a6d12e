import { parseRange } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { PlainConnections, sharesOf } from '../../src/core/index.ts';

describe('connections under the limit of open files', () => {
  const limits = { clientsMax: 1000, othersMax: 200, reserved: 100 };
  it.each<[string, number, number, number]>([
    ['no limit: all that are wanted', Number.POSITIVE_INFINITY, 1200, 1000],
    ['just enough', 1300, 1200, 1000],
    ['one too few: a client less', 1299, 1199, 999],
    ['below that clients give way to whoever wants to get in', 700, 600, 400],
    ['but keep half', 400, 300, 150],
    ['few: a quarter is kept back', 40, 30, 15],
    ['hardly any: one', 1, 1, 1],
  ])('%s', (_name, openFilesMax, connectionsMax, clientsMax) => {
    expect(sharesOf(openFilesMax, limits)).toEqual({ connectionsMax, clientsMax });
  });
});

describe('plain connections', () => {
  const trustedProxies = [parseRange('10.0.0.0/8') ?? expect.unreachable()];
  const counted = () => new PlainConnections({ total: 5, perAddress: 2, trustedProxies });
  const entered = (plain: PlainConnections, addresses: string[]) =>
    addresses.map((address) => plain.enter(address) !== undefined);

  it.each<[string, string[], boolean[]]>([
    ['so many of one address', ['203.0.113.1', '203.0.113.1', '203.0.113.1', '203.0.113.2'], [true, true, false, true]],
    ['an IPv6 /64 is one address', ['2001:db8::1', '2001:db8::2:1', '2001:db8::3'], [true, true, false]],
    ['the neighbouring /64 is another', ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'], [true, true, true]],
    [
      'so many of all',
      ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5', '1.1.1.6'],
      [true, true, true, true, true, false],
    ],
    [
      'a trusted proxy has the total for itself',
      Array.from({ length: 6 }, () => '10.1.1.1'),
      [true, true, true, true, true, false],
    ],
    ['also one in IPv6 dress', Array.from({ length: 3 }, () => '::ffff:10.1.1.1'), [true, true, true]],
  ])('%s', (_name, addresses, expected) => {
    expect(entered(counted(), addresses)).toEqual(expected);
  });

  it('leave room when they go, each once', () => {
    const plain = counted();
    const leave = plain.enter('203.0.113.1');
    plain.enter('203.0.113.1');
    leave?.();
    leave?.();
    expect(entered(plain, ['203.0.113.1', '203.0.113.1'])).toEqual([true, false]);
  });

  it('of proxies leave those that come directly alone', () => {
    const plain = counted();
    entered(
      plain,
      Array.from({ length: 6 }, () => '10.1.1.1'),
    );
    expect(plain.enter('203.0.113.1')).toBeDefined();
  });
});
