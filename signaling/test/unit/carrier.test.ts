import { describe, expect, it } from 'vitest';
import { chooseCarrier, leadsTo } from '../../src/core/index.ts';

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
