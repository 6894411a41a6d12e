import { Machine } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type SessionEffect, type SessionEvent, type SessionState, sessionTable } from '../../src/core/index.ts';
import vectors from '../vectors/session.json' with { type: 'json' };

type Step = [SessionEvent, SessionState, SessionEffect[]];
const walks = vectors.walks as { name: string; steps: Step[] }[];
const ignored = vectors.ignored as Record<SessionState, SessionEvent[]>;
const edges = Object.entries(sessionTable).flatMap(([state, events]) =>
  Object.keys(events).map((event) => `${state} ${event}`),
);

describe('a connection', () => {
  it.each(walks.map((walk) => [walk.name, walk.steps] as const))('%s', (_name, steps) => {
    const done: SessionEffect[] = [];
    const machine = new Machine<SessionState, SessionEvent, SessionEffect>({
      table: sessionTable,
      initial: 'opened',
      apply: (effect) => done.push(effect),
    });
    for (const [event, next, effects] of steps) {
      done.length = 0;
      expect(machine.dispatch(event), `${event} is taken`).toBe(true);
      expect([machine.state, ...done]).toEqual([next, ...effects]);
    }
  });

  it('has a vector for each edge, and an edge for each vector', () => {
    const walked = new Set<string>();
    for (const { steps } of walks) {
      let state: SessionState = 'opened';
      for (const [event, next] of steps) {
        walked.add(`${state} ${event}`);
        state = next;
      }
    }
    expect([...walked].sort()).toEqual([...edges].sort());
  });

  it('ignores every other event in every state, and the vectors name them all', () => {
    const events = [...new Set([...edges.map((edge) => edge.split(' ')[1]), 'left'])] as SessionEvent[];
    const expected = Object.fromEntries(
      Object.keys(sessionTable).map((state) => [
        state,
        events.filter((event) => !edges.includes(`${state} ${event}`)).sort(),
      ]),
    );
    expect(Object.fromEntries(Object.entries(ignored).map(([state, list]) => [state, [...list].sort()]))).toEqual(
      expected,
    );
  });

  it('releases exactly once on every path to its end', () => {
    for (const { name, steps } of walks) {
      const releases = steps.flatMap(([, , effects]) => effects).filter((effect) => effect === 'release').length;
      expect([name, releases]).toEqual([name, steps.at(-1)?.[1] === 'closed' ? 1 : 0]);
    }
  });
});
