import { describe, expect, it } from 'vitest';
import { ClientAddress } from '../../src/core/srtp/client-address.ts';
import { FailureLimit } from '../../src/core/srtp/failure-limit.ts';

describe('wrong tags', () => {
  const fail = (limit: FailureLimit, address: string, times: number, nowMs: number): number => {
    let looked = 0;
    for (let at = 0; at < times; at++) {
      if (!limit.allows(address, nowMs)) continue;
      looked += 1;
      limit.note(address);
    }
    return looked;
  };
  it('are verified a hundred times a second per address, without blocking another address', () => {
    const limit = new FailureLimit();
    expect(fail(limit, 'a', 100_000, 5000)).toBe(100);
    expect(limit.allows('b', 5000)).toBe(true);
    expect(fail(limit, 'a', 10, 5999)).toBe(0);
    expect(fail(limit, 'a', 1000, 6000)).toBe(100);
  });
  it('are verified ten thousand times a second over all addresses', () => {
    const limit = new FailureLimit();
    let looked = 0;
    for (let at = 0; at < 30_000; at++) looked += fail(limit, `a${at}`, 1, 0);
    expect([looked, limit.allows('b', 0), limit.allows('b', 1000)]).toEqual([10_000, false, true]);
  });
});

describe('the address of a client', () => {
  const [here, there] = [
    { ip: '192.0.2.1', port: 5000 },
    { ip: '192.0.2.1', port: 5001 },
  ];
  it('is the source of the first datagram', () => {
    const address = new ClientAddress();
    expect([address.present, address.equals(here)]).toEqual([undefined, false]);
    expect([address.note(here, 0), address.equals(here), address.equals(there)]).toEqual([true, true, false]);
  });
  it('stays while datagrams come from it, whatever comes from other addresses', () => {
    const address = new ClientAddress();
    address.note(here, 0);
    for (let nowMs = 0; nowMs < 10_000; nowMs += 999) {
      expect(address.note(there, nowMs + 998)).toBe(false);
      expect(address.note(here, nowMs + 999)).toBe(false);
    }
    expect(address.present).toEqual(here);
  });
  it('moves after a second without datagrams from it, and not back any sooner', () => {
    const address = new ClientAddress();
    address.note(here, 0);
    expect([address.note(there, 999), address.note(there, 1000), address.present]).toEqual([false, true, there]);
    expect([address.note(here, 1999), address.note(here, 2000)]).toEqual([false, true]);
  });
});
