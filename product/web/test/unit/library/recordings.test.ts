import { describe, expect, it } from 'vitest';
import type { RecordingOutput } from '../../../src/library/core/model.ts';
import { byPerson, daysLeft, recordingQuery, refreshMs, titleOf } from '../../../src/library/core/recordings.ts';
import { isWhole, ofOriginal, withEnd } from '../../../src/library/core/trim.ts';
import { noRecordingFilters } from '../../../src/library/core/view.ts';
import { RecordingsApi } from '../../../src/library/recordings-api.ts';
import { scripted } from '../admin/scripted.ts';

const DAY_MS = 86_400_000;
const output = (item: string, change: Partial<RecordingOutput> = {}): RecordingOutput => ({
  item,
  name: item,
  title: `Title of ${item}`,
  source: 'camera',
  identity: null,
  participant: null,
  offsetMs: 0,
  durationMs: 1000,
  width: 0,
  height: 0,
  bytes: 1,
  ...change,
});

describe('rows of recordings', () => {
  it.each([
    [[output('a')], 'Review', 'Title of a'],
    [[output('a', { title: '' })], 'Review', 'Review'],
    [[output('a'), output('b')], 'Review', 'Review'],
    [[], 'Review', 'Review'],
    [[], '', 'room-1'],
  ])('the title is that of the only file, else of the meeting, else the room', (outputs, title, expected) => {
    expect(titleOf({ outputs, title, room: 'room-1' })).toBe(expected);
  });
  it('files are grouped by person in order of time, persons of one name apart', () => {
    const outputs = [
      output('later', { identity: 'ann', participant: 'Ann', offsetMs: 900 }),
      output('all'),
      output('first', { identity: 'ann', participant: 'Ann', offsetMs: 10 }),
      output('other', { identity: 'ann2', participant: 'Ann' }),
      output('nameless', { identity: 'wei' }),
    ];
    expect(byPerson(outputs).map(({ person, files }) => [person, files.map(({ item }) => item)])).toEqual([
      ['Ann', ['first', 'later']],
      ['', ['all']],
      ['Ann', ['other']],
      ['wei', ['nameless']],
    ]);
  });
  it('the list is fetched again soon while files are made, seldom while it runs, else on return only', () => {
    expect(refreshMs([{ state: 'finished' }, { state: 'failed' }])).toBe(Number.POSITIVE_INFINITY);
    expect(refreshMs([{ state: 'finished' }, { state: 'running' }])).toBe(30_000);
    expect(refreshMs([{ state: 'running' }, { state: 'finishing' }])).toBe(5000);
    expect(refreshMs([{ state: 'ended' }])).toBe(5000);
  });
  it('days are whole days of the browser, the last one included', () => {
    expect(recordingQuery(noRecordingFilters)).toEqual({});
    const { from, to, search } = recordingQuery({ text: 'x', from: '2026-11-30', to: '2026-11-30', isEveryone: false });
    expect([from, to, search]).toEqual([
      new Date(2026, 10, 30).toISOString(),
      new Date(2026, 11, 1).toISOString(),
      'x',
    ]);
  });
  it.each([
    [0, 30],
    [1, 30],
    [DAY_MS, 29],
    [30 * DAY_MS - 1, 1],
    [30 * DAY_MS, 0],
    [31 * DAY_MS, 0],
  ])('after %i ms in the trash %i days are left', (passedMs, days) => {
    expect(daysLeft('2026-11-01T00:00:00Z', Date.parse('2026-11-01T00:00:00Z') + passedMs)).toBe(days);
  });
});

describe('the ends of a trim', () => {
  const kept = { fromMs: 2000, toMs: 8000 };
  it.each([
    ['fromMs', -5, { fromMs: 0, toMs: 8000 }],
    ['fromMs', 3000.6, { fromMs: 3001, toMs: 8000 }],
    ['fromMs', 9000, { fromMs: 7000, toMs: 8000 }],
    ['toMs', 99_000, { fromMs: 2000, toMs: 10_000 }],
    ['toMs', 0, { fromMs: 2000, toMs: 3000 }],
  ] as const)('%s moved to %i keeps a second, inside the file', (end, ms, expected) => {
    expect(withEnd(kept, end, ms, 10_000)).toEqual(expected);
  });
  it('the whole file is no trim', () => {
    expect(isWhole({ fromMs: 0, toMs: 10_000 }, 10_000)).toBe(true);
    expect(isWhole({ fromMs: 1, toMs: 10_000 }, 10_000)).toBe(false);
    expect(isWhole({ fromMs: 0, toMs: 9999 }, 10_000)).toBe(false);
  });
  it('times are of the original, also where an earlier trim has cut the beginning', () => {
    expect(ofOriginal(kept, {})).toEqual(kept);
    expect(ofOriginal(kept, { trim: { fromMs: 1500, toMs: 20_000 } })).toEqual({ fromMs: 3500, toMs: 9500 });
  });
});

it('calls for recordings of everyone and of the user have paths of their own', async () => {
  const { ports, asked } = scripted((method) => (method === 'GET' ? { data: [] } : undefined));
  const api = new RecordingsApi(ports);
  await api.list({ ...noRecordingFilters, text: 'plan' }, 'next');
  await api.list({ ...noRecordingFilters, isEveryone: true });
  await api.trashed(false);
  await api.trashed(true);
  for (const isEveryone of [false, true]) {
    await api.trash('re_1', isEveryone);
    await api.restore('re_1', isEveryone);
    await api.remove('re_1', isEveryone);
  }
  expect(asked).toEqual([
    'GET /me/recordings?search=plan&cursor=next',
    'GET /recordings',
    'GET /me/recordings?trashed=true',
    'GET /recordings?trashed=true',
    'POST /me/recordings/re_1/trash',
    'POST /me/recordings/re_1/restore',
    'DELETE /me/recordings/re_1',
    'POST /recordings/re_1/trash',
    'POST /recordings/re_1/restore',
    'DELETE /recordings/re_1',
  ]);
});
