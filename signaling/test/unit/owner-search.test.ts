import { describe, expect, it } from 'vitest';
import { type KnownOwner, OwnerSearch } from '../../src/links/owner-search.ts';

const known = (ownerId: string, epoch: number, provisional = false): KnownOwner => ({
  ownerId,
  epoch,
  provisional,
  claiming: false,
});

/** Makes instances that ask each other; an answer comes after `turns` turns of the event loop. */
function instances(ids: string[], o: { deaf?: string[]; turns?: (id: string) => number } = {}) {
  const searches = new Map<string, OwnerSearch>();
  for (const id of ids) {
    const ask = async (roomKey: string, claiming: boolean): Promise<KnownOwner[]> => {
      const others = o.deaf?.includes(id) === true ? [] : ids.filter((other) => other !== id);
      const answers = others.map((other) => searches.get(other)?.precedingClaim(roomKey, id, claiming));
      for (let turn = 0; turn < (o.turns?.(id) ?? 1); turn += 1) await Promise.resolve();
      return answers.filter((answer) => answer !== undefined);
    };
    searches.set(id, new OwnerSearch({ selfId: id, ask }));
  }
  return (id: string): OwnerSearch => searches.get(id) as OwnerSearch;
}

describe('the owner of a room without the centre', () => {
  const rows: [string, KnownOwner[], Partial<KnownOwner> & { created?: boolean }][] = [
    [
      'is this instance, provisionally, when none answers',
      [],
      { ownerId: 'me', epoch: 1, provisional: true, created: true },
    ],
    ['is this instance when none knows an owner', [known('', 0)], { ownerId: 'me', created: true }],
    ['is no instance with an invalid epoch', [known('a', Number.NaN), known('b', 0.5)], { ownerId: 'me' }],
    [
      'is the instance that another one names',
      [known('', 0), known('a', 4)],
      { ownerId: 'a', epoch: 4, provisional: false, created: false },
    ],
    ['is the owner of the highest epoch', [known('a', 4), known('b', 5), known('c', 3)], { ownerId: 'b', epoch: 5 }],
    ['is the leased, not the provisional', [known('a', 1, true), known('b', 1)], { ownerId: 'b', provisional: false }],
    ['is the lower id of provisional owners', [known('c', 1, true), known('b', 1, true)], { ownerId: 'b', epoch: 1 }],
  ];
  it.each(rows)('%s', async (_name, answers, want) => {
    const search = new OwnerSearch({ selfId: 'me', ask: async () => answers });
    expect(await search.claim('acme/lobby')).toMatchObject(want);
  });

  it('is searched once for all joins of a room, and forgotten afterwards', async () => {
    let asked = 0;
    const ask = async (): Promise<KnownOwner[]> => {
      asked += 1;
      return [];
    };
    const search = new OwnerSearch({ selfId: 'me', ask });
    const [first, second] = [search.claim('acme/lobby'), search.claim('acme/lobby')];
    expect(await first).toEqual(await second);
    expect(asked).toBe(1);
    expect(search.precedingClaim('acme/lobby', 'you', true)).toBeUndefined();
  });

  it.each([
    ['with equal delays', () => 2],
    ['when the lowest id is slow', (id: string) => (id === 'a' ? 9 : 1)],
    ['when the highest id is slow', (id: string) => (id === 'c' ? 9 : 1)],
  ])('is the same for all that search at the same moment, %s', async (_name, turns) => {
    for (const order of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'c', 'a'],
    ]) {
      const searchOf = instances(['a', 'b', 'c'], { turns });
      const leases = await Promise.all(order.map((id) => searchOf(id).claim('acme/lobby')));
      expect(new Set(leases.map((lease) => lease.ownerId))).toEqual(new Set(['a']));
      expect(leases.filter((lease) => lease.created)).toHaveLength(1);
    }
  });

  it('is no instance that only asks: the owner is found under a higher epoch, or not at all', async () => {
    const search = new OwnerSearch({ selfId: 'me', ask: async () => [known('a', 4)] });
    expect(await search.find('acme/lobby', 3)).toMatchObject({ ownerId: 'a', epoch: 4 });
    expect(await search.find('acme/lobby', 4)).toBeUndefined();
  });
});
