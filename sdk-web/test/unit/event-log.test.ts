import { expect, test } from 'vitest';
import { EventLog } from '../../src/core/event-log.ts';

const page = (detail: string) => ({ kind: 'page', source: '', detail });

test('events stay until a report of them was sent, and have their age by the client’s clock', () => {
  const log = new EventLog();
  expect(log.entriesAt(0)).toEqual([]);
  log.add(page('hidden'), 1000);
  log.add({ kind: 'device', source: 'camera', detail: 'Brio' }, 1500);
  // The report could not be sent.
  expect(log.entriesAt(2000).map(({ agoMs }) => agoMs)).toEqual([1000, 500]);
  expect(log.entriesAt(4000)).toEqual([
    { ...page('hidden'), agoMs: 3000 },
    { kind: 'device', source: 'camera', detail: 'Brio', agoMs: 2500 },
  ]);
  log.removeReported(1);
  expect(log.entriesAt(4000)).toHaveLength(1);
  log.removeReported(1);
  expect(log.entriesAt(4000)).toEqual([]);
});

test('a repeated state does not count as an event', () => {
  const log = new EventLog();
  for (const detail of ['hidden', 'hidden', 'shown', 'hidden']) log.add(page(detail), 0);
  expect(log.entriesAt(0).map(({ detail }) => detail)).toEqual(['hidden', 'shown', 'hidden']);
});

test('only the latest 20 events are kept', () => {
  const log = new EventLog();
  for (let each = 0; each < 50; each += 1) log.add(page(`${each}`), each);
  expect(log.entriesAt(50).map(({ detail }) => detail)).toEqual(Array.from({ length: 20 }, (_, at) => `${at + 30}`));
});
