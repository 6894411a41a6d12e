import { expect, it } from 'vitest';
import { type Holder, PlaceShares } from '../../src/place-shares.ts';

const holder = (o: Partial<Holder> = {}): Holder => ({ tenant: 'a', via: '', identity: 'ann', address: '', ...o });

function places(o = {}) {
  const shares = new PlaceShares({ total: 40, perPerson: 100, perAddress: 100, ...o });
  /** Takes places until one is refused; returns how many, and the code of the refusal. */
  const fill = (of: (at: number) => Partial<Holder>) => {
    const leaves: (() => void)[] = [];
    for (;;) {
      try {
        leaves.push(shares.enter(holder(of(leaves.length))));
      } catch (error) {
        return { leaves, count: leaves.length, code: (error as { code?: string }).code };
      }
    }
  };
  return { fill };
}

it('a tenant has half of the places that other tenants leave, so another one always finds a place', () => {
  const { fill } = places();
  const counts = ['a', 'b', 'c', 'd'].map((tenant) => fill(() => ({ tenant })).count);
  expect(counts).toEqual([20, 10, 5, 2]);
});

it('a link, and a user, has half of what the others of its tenant leave', () => {
  const { fill } = places();
  const counts = ['link 1', 'user:2', 'link 3'].map((via) => fill((at) => ({ via, identity: `g${at}` })).count);
  expect(counts).toEqual([10, 5, 2]);
  expect(fill(() => ({}))).toMatchObject({ count: 3, code: 'OVERLOADED' });
});

it.each<[what: string, limits: object, of: (at: number) => Partial<Holder>]>([
  ['a guest by its identity', { perPerson: 3 }, () => ({ via: 'link', identity: 'ann' })],
  ['a user whatever its identity', { perPerson: 3 }, (at) => ({ via: 'user:ann', identity: `ann${at}` })],
  ['an address by one link', { perAddress: 3 }, (at) => ({ via: 'link', identity: `g${at}`, address: '192.0.2.1' })],
  ['a /64 of IPv6', { perAddress: 3 }, (at) => ({ via: 'link', identity: `g${at}`, address: `2001:db8::${at}` })],
])('%s has a bound of its own, and others still enter', (_what, limits, of) => {
  const { fill } = places(limits);
  expect(fill(of)).toMatchObject({ count: 3, code: 'QUOTA_EXCEEDED' });
  expect(fill((at) => ({ ...of(at), identity: `other${at}`, address: `198.51.100.${at}`, via: 'link 2' })).count).toBe(
    8,
  );
});

it.each<[what: string, of: (at: number) => Partial<Holder>]>([
  ['of API keys, which are no persons', () => ({ address: '192.0.2.1' })],
  ['of unknown addresses', (at) => ({ via: 'link', identity: `g${at}` })],
])('holders %s have no bound of their own', (_what, of) => {
  const { fill } = places({ perPerson: 3, perAddress: 3 });
  expect(fill(of)).toMatchObject({ code: 'OVERLOADED' });
});

it('a place is given back once, whatever was refused before', () => {
  const { fill } = places({ total: 1 });
  for (const round of [1, 2, 3]) {
    const { leaves, count } = fill(() => ({ via: `link ${round}` }));
    expect(count).toBe(1);
    for (const leave of [...leaves, ...leaves]) leave();
  }
  expect(fill(() => ({ via: 'link' })).count).toBe(1);
});

it('what a tenant takes first fits while enough is free, and more only within its half', () => {
  const shares = new PlaceShares({ total: 100 });
  const leave = shares.enter(holder(), 60);
  for (const [tenant, amount, fits] of [
    ['a', 1, false],
    ['b', 41, false],
    ['b', 40, true],
  ] as const)
    expect([tenant, amount, shares.hasPlace(holder({ tenant }), amount)]).toEqual([tenant, amount, fits]);
  leave();
  for (let at = 0; at < 5; at += 1) shares.enter(holder(), 10);
  expect(shares.hasPlace(holder(), 10)).toBe(false);
});
