import { ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { Person } from '../../sim/faults/people.ts';
import { Timing } from '../../sim/faults/timing.ts';

function world() {
  const clock = new ManualClock();
  const timing = new Timing(clock);
  const rng = seededRng('timing');
  const at = (nodeId: string, index: number): Person => {
    const person = new Person({ index, roomKey: 't/r', city: 'x', rng });
    person.wantsSession = true;
    person.beginStay(clock.nowMs());
    person.nodeId = nodeId;
    return person;
  };
  const [a, b, c] = [at('n1', 1), at('n2', 2), at('n3', 3)];
  return { clock, timing, a, b, c, all: [a, b, c] };
}

test('a wait lasts from the death of the node to the new seat', () => {
  const { clock, timing, a, b, all } = world();
  timing.died('n1', all);
  clock.advance(3000);
  timing.detected('n1');
  timing.seated(a);
  timing.seated(b); // a person who has lost no node
  expect([timing.detectedMs, timing.seatedMs, timing.seatedAmidDeathsMs]).toEqual([[3000], [3000], []]);
});

test('a wait is counted apart when another node dies meanwhile, or has died undetected', () => {
  const { clock, timing, a, b, c, all } = world();
  timing.died('n1', all);
  clock.advance(1000);
  timing.died('n2', all);
  clock.advance(2000);
  for (const person of [a, b]) timing.seated(person);
  expect([timing.seatedMs, timing.seatedAmidDeathsMs]).toEqual([[], [3000, 2000]]);
  for (const nodeId of ['n1', 'n2']) timing.detected(nodeId);
  timing.died('n3', all);
  clock.advance(500);
  timing.seated(c);
  expect(timing.seatedMs).toEqual([500]);
});

test('a machine that dies with its nodes counts as one death', () => {
  const { clock, timing, a, b, all } = world();
  timing.died('n1', all);
  timing.died('n2', all);
  clock.advance(700);
  for (const person of [a, b]) timing.seated(person);
  expect([timing.seatedMs, timing.seatedAmidDeathsMs]).toEqual([[700, 700], []]);
});
