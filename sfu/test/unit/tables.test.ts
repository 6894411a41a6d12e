// The state tables of core/pull.ts and core/move.ts: every transition has a row here, and every row a transition.
import { Machine, type Table } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { moveTable, pullTable } from '../../src/core/index.ts';

type Row = [state: string, event: string, next: string, effects: string];
const pullRows: Row[] = [
  ['idle', 'wanted', 'pulling', 'ask'],
  ['idle', 'close', 'released', ''],
  ['pulling', 'pulled', 'carried', 'announce'],
  ['pulling', 'failed', 'released', 'reject'],
  ['pulling', 'ended', 'released', 'reject'],
  ['pulling', 'lost', 'released', 'reject'],
  ['pulling', 'close', 'released', 'unpull reject'],
  ['carried', 'unwanted', 'lingering', 'startLinger'],
  ['carried', 'ended', 'released', 'drop retract'],
  ['carried', 'lost', 'released', 'drop retract'],
  ['carried', 'close', 'released', 'unpull drop retract'],
  ['lingering', 'wanted', 'carried', 'stopLinger'],
  ['lingering', 'lingerOver', 'released', 'unpull drop retract'],
  ['lingering', 'ended', 'released', 'stopLinger drop retract'],
  ['lingering', 'lost', 'released', 'stopLinger drop retract'],
  ['lingering', 'close', 'released', 'stopLinger unpull drop retract'],
];
const moveRows: Row[] = [
  ['pulling', 'pulled', 'beside', 'startDeadline build'],
  ['pulling', 'refused', 'failed', 'abandon'],
  ['pulling', 'close', 'failed', 'abandon'],
  ['beside', 'allCommitted', 'done', 'finish'],
  ['beside', 'commitDeadline', 'done', 'finish'],
  ['beside', 'oldLost', 'done', 'finish'],
  ['beside', 'close', 'done', 'finish'],
];

describe.each([
  ['a pull', pullTable as unknown as Table<string, string, string>, pullRows],
  ['a move', moveTable as unknown as Table<string, string, string>, moveRows],
])('%s', (_name, table, rows) => {
  test.each(rows)('in state %s, on event %s, enters %s with the effects [%s]', (state, event, next, effects) => {
    const effectNames: string[] = [];
    const machine = new Machine({ table, initial: state, apply: (effect) => effectNames.push(effect) });
    expect(machine.dispatch(event)).toBe(true);
    expect([machine.state, effectNames.join(' ')]).toEqual([next, effects]);
  });
  test('has exactly the transitions of the rows', () => {
    const edges = Object.entries(table).flatMap(([state, events]) =>
      Object.keys(events).map((event) => `${state} ${event}`),
    );
    expect(edges.sort()).toEqual(rows.map(([state, event]) => `${state} ${event}`).sort());
  });
  test('ignores and counts every other event', () => {
    const events = [...new Set(rows.map(([, event]) => event))];
    for (const state of Object.keys(table)) {
      for (const event of events.filter((one) => table[state]?.[one] === undefined)) {
        const machine = new Machine({
          table,
          initial: state,
          apply: () => expect.unreachable('an ignored event has no effect'),
        });
        expect(machine.dispatch(event)).toBe(false);
        expect([machine.state, machine.ignored]).toEqual([state, 1]);
      }
    }
  });
});
