import { describe, expect, it } from 'vitest';
import { Machine, type Table } from '../../src/index.ts';

type S = 'idle' | 'busy';
type E = 'go' | 'stop';
type F = 'begin' | 'end';
const table: Table<S, E, F> = {
  idle: { go: { next: 'busy', effects: ['begin'] } },
  busy: { stop: { next: 'idle', effects: ['end'] } },
};

describe('the table runner', () => {
  it('ignores and counts an event that has no entry', () => {
    const machine = new Machine<S, E, F>({ table, initial: 'idle', apply: () => undefined });
    expect(machine.dispatch('stop')).toBe(false);
    expect(machine.state).toBe('idle');
    expect(machine.ignored).toBe(1);
  });

  it('finishes the effects of one event before the next event begins', () => {
    const seen: string[] = [];
    const machine: Machine<S, E, F, string> = new Machine<S, E, F, string>({
      table,
      initial: 'idle',
      apply: (effect, payload) => {
        seen.push(`${effect}:${payload ?? ''}:${machine.state}`);
        if (effect === 'begin') machine.dispatch('stop', 'nested');
        seen.push(`after ${effect}`);
      },
    });
    machine.dispatch('go', 'outer');
    expect(seen).toEqual(['begin:outer:busy', 'after begin', 'end:nested:idle', 'after end']);
  });

  it('throws when effects feed it without end', () => {
    const machine: Machine<S, E, F> = new Machine<S, E, F>({
      table,
      initial: 'idle',
      queueMax: 3,
      apply: () => {
        for (let i = 0; i < 5; i += 1) machine.dispatch('stop');
      },
    });
    expect(() => machine.dispatch('go')).toThrow(/queue full/);
  });

  it('handles later events after an effect threw', () => {
    let fail = true;
    const machine = new Machine<S, E, F>({
      table,
      initial: 'idle',
      apply: () => {
        if (fail) throw new Error('effect');
      },
    });
    expect(() => machine.dispatch('go')).toThrow('effect');
    fail = false;
    expect(machine.dispatch('stop')).toBe(true);
    expect(machine.state).toBe('idle');
  });
});
