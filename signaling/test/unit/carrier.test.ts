import { describe, expect, it } from 'vitest';
import { CarrierBook, chooseCarrier, leadsTo } from '../../src/core/index.ts';

const hosts: Record<string, string> = { 'a-1': 'A', 'a-2': 'A', 'a-3': 'A', 'b-1': 'B', 'b-2': 'B', 'b-3': 'B' };
const choose = (puller: string, origin: string, carriers: [string, string][], down: string[] = []) =>
  chooseCarrier({
    puller,
    origin,
    carriers: new Map(carriers),
    hostOf: (id) => hosts[id],
    serves: (id) => !down.includes(id),
  });

describe('the carrier of a track', () => {
  it.each<[string, string, string, [string, string][], string[], string]>([
    ['the puller is where it is published', 'a-1', 'a-1', [['a-2', 'a-1']], [], 'a-1'],
    ['a puller that the fleet does not know', 'x', 'a-1', [['b-1', 'a-1']], [], 'a-1'],
    ['nobody of the host carries it', 'b-1', 'a-1', [], [], 'a-1'],
    ['only nodes of other hosts carry it', 'b-1', 'a-1', [['a-2', 'a-1']], [], 'a-1'],
    ['a node of the host carries it', 'b-1', 'a-1', [['b-2', 'a-1']], [], 'b-2'],
    [
      'two do: the lower id',
      'b-1',
      'a-1',
      [
        ['b-3', 'a-1'],
        ['b-2', 'b-3'],
      ],
      [],
      'b-2',
    ],
    ['the one that does is down or draining', 'b-1', 'a-1', [['b-2', 'a-1']], ['b-2'], 'a-1'],
    ['it is published on the puller’s own host', 'a-1', 'a-2', [['a-3', 'a-2']], [], 'a-2'],
    [
      'the only other carrier got it from the puller',
      'b-1',
      'a-1',
      [
        ['b-1', 'a-1'],
        ['b-2', 'b-1'],
      ],
      [],
      'a-1',
    ],
    [
      'the other got it from one that got it from the puller',
      'b-1',
      'a-1',
      [
        ['b-3', 'b-2'],
        ['b-2', 'b-1'],
        ['b-1', 'a-1'],
      ],
      [],
      'a-1',
    ],
    [
      'carriers that go round in a circle',
      'b-1',
      'a-1',
      [
        ['b-2', 'b-3'],
        ['b-3', 'b-2'],
      ],
      [],
      'a-1',
    ],
  ])('%s', (_name, puller, origin, carriers, down, expected) => {
    expect(choose(puller, origin, carriers, down)).toBe(expected);
  });

  it('never leads back to the puller, whatever the tree', () => {
    const ids = Object.keys(hosts);
    let seed = 7;
    const random = (max: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % max;
    };
    for (let round = 0; round < 2000; round += 1) {
      const carriers = new Map(ids.filter(() => random(2) === 0).map((id) => [id, ids[random(ids.length)] ?? '']));
      const [puller, origin] = [ids[random(ids.length)] ?? '', ids[random(ids.length)] ?? ''];
      const chosen = choose(puller, origin, [...carriers]);
      if (chosen !== origin)
        expect(leadsTo(carriers, chosen, puller), `${JSON.stringify([...carriers])} ${puller} ${origin}`).toBe(false);
    }
  });
});

describe('who carries a track', () => {
  const carries = (fromNodeId: string) => ({ carries: true, fromNodeId });

  it('is believed of a node that was granted that pull, of nobody else', () => {
    const book = new CarrierBook();
    expect(book.said('T', 'b-1', carries('a-1'))).toBe(false);
    book.granted('T', 'b-1', 'a-1');
    expect(book.said('T', 'b-2', carries('a-1'))).toBe(false);
    expect(book.said('T', 'b-1', carries('a-2'))).toBe(false);
    expect(book.said('U', 'b-1', carries('a-1'))).toBe(false);
    expect([...book.of('T'), ...book.of('U')]).toEqual([]);
    expect(book.said('T', 'b-1', carries('a-1'))).toBe(true);
    expect([...book.of('T')]).toEqual([['b-1', 'a-1']]);
    expect(book.said('T', 'b-1', { carries: false, fromNodeId: 'a-1' })).toBe(true);
    expect([...book.of('T')]).toEqual([]);
    expect(book.said('T', 'b-1', carries('a-1'))).toBe(true);
  });

  it('is forgotten with the track, the grants too', () => {
    const book = new CarrierBook();
    book.granted('T', 'b-1', 'a-1');
    book.said('T', 'b-1', carries('a-1'));
    book.forget('T');
    expect([...book.of('T')]).toEqual([]);
    expect(book.said('T', 'b-1', carries('a-1'))).toBe(false);
  });

  it('remembers a bounded number of nodes that one node may pull from', () => {
    const book = new CarrierBook();
    for (let index = 0; index < 100; index += 1) book.granted('T', 'b-1', `a-${index}`);
    expect([book.said('T', 'b-1', carries('a-63')), book.said('T', 'b-1', carries('a-64'))]).toEqual([true, false]);
  });

  it('a new owner takes from those who serve, from the origin on', () => {
    const book = new CarrierBook();
    const served: Record<string, string[]> = {
      'a-1': ['b-1', 'a-2'],
      'b-1': ['b-2', 'a-1', 'b-1'],
      // Nobody whom the origin leads to serves it: what it says of itself and of its friends does not count.
      liar: ['liar', 'friend', 'b-2'],
    };
    book.restore('T', 'a-1', (nodeId) => served[nodeId] ?? []);
    expect([...book.of('T')].sort()).toEqual([
      ['a-2', 'a-1'],
      ['b-1', 'a-1'],
      ['b-2', 'b-1'],
    ]);
  });
});
