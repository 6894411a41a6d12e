import { expect, test } from 'vitest';
import { mayDial, nodeKind, registeringKinds } from '../../src/index.ts';

test('each kind of node may dial exactly the kinds that it talks to', () => {
  const kinds = Object.values(nodeKind);
  const reached = Object.fromEntries(kinds.map((from) => [from, kinds.filter((to) => mayDial(from, to))]));
  expect(reached).toEqual({
    scheduler: ['scheduler'],
    sfu: ['scheduler', 'sfu'],
    signaling: ['scheduler', 'sfu', 'signaling'],
    'edge-probe': ['scheduler', 'edge-probe'],
    gateway: ['scheduler', 'signaling'],
    api: ['scheduler', 'signaling', 'gateway', 'recorder', 'library'],
    recorder: ['scheduler', 'signaling', 'recorder'],
    library: ['scheduler'],
  });
});

test('an unknown kind, and a name that every object has, may dial no kind', () => {
  for (const kind of ['', 'web', 'constructor', '__proto__']) expect(mayDial(kind, nodeKind.centre), kind).toBe(false);
});

test('every kind but the centre registers', () => {
  expect(registeringKinds).toEqual(['sfu', 'signaling', 'edge-probe', 'gateway', 'api', 'recorder', 'library']);
});
