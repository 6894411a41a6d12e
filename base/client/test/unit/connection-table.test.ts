import { Machine } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { type ConnEffect, type ConnEvent, type ConnState, connectionTable } from '../../src/connection/state.ts';
import vectors from '../vectors/connection.json' with { type: 'json' };

interface Vector {
  name: string;
  walk: string[];
  event: string;
  next: string;
  effects: string[];
}

function walk(vector: Vector): { before: ConnState; after: ConnState; effects: ConnEffect[] } {
  let effects: ConnEffect[] = [];
  const machine = new Machine<ConnState, ConnEvent, ConnEffect>({
    table: connectionTable,
    initial: 'disconnected',
    apply: (effect) => effects.push(effect),
  });
  for (const event of vector.walk) {
    if (!machine.dispatch(event as ConnEvent)) throw new Error(`${vector.name}: ${event} was ignored on the way`);
  }
  const before = machine.state;
  effects = [];
  machine.dispatch(vector.event as ConnEvent);
  return { before, after: machine.state, effects };
}

describe('the connection table', () => {
  test.each(vectors)('$name', (vector) => {
    const { after, effects } = walk(vector);
    expect({ next: after, effects }).toEqual({ next: vector.next, effects: vector.effects });
  });

  test('has a vector for every edge and an edge for every vector', () => {
    const edges = Object.entries(connectionTable).flatMap(([state, row]) =>
      Object.keys(row).map((event) => `${state} ${event}`),
    );
    const walked = vectors.map((vector) => `${walk(vector).before} ${vector.event}`);
    expect(walked.toSorted()).toEqual(edges.toSorted());
  });

  test('has for every state but the last an edge `close`, with the effect `end`', () => {
    for (const [state, row] of Object.entries(connectionTable)) {
      if (state === 'closed') expect(row).toEqual({});
      else expect(row.close).toMatchObject({ next: 'closed', effects: expect.arrayContaining(['end']) });
    }
  });

  test('has the effect `end` at each edge into the state `closed`', () => {
    const silent = Object.values(connectionTable).flatMap((row) =>
      Object.values(row).filter(
        (edge) => edge.next === 'closed' && !(edge.effects ?? []).some((effect) => effect === 'end'),
      ),
    );
    expect(silent).toEqual([]);
  });

  test('stops media when media is lost, but not when only the socket is lost', () => {
    for (const state of ['connected', 'preparing', 'moving'] as const) {
      expect(connectionTable[state].socketLost?.effects).not.toContain('stopMedia');
      expect(connectionTable[state].mediaLost?.effects).toContain('stopMedia');
    }
  });
});
