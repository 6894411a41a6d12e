import { describe, expect, it } from 'vitest';
import {
  attendanceCsvPath,
  meetingCsvPath,
  ReportsApi,
  type Stay,
  staysCsvPath,
} from '../../../src/admin/reports/api.ts';
import { filterOf, isReversed, noFilter, searchOf, windowOf } from '../../../src/admin/reports/core/filter.ts';
import {
  type ConnectionQuality,
  connectionQualityOf,
  gradeOf,
  gradeTone,
  qualityTexts,
} from '../../../src/admin/reports/core/quality.ts';
import { dayStartS, trendsOf } from '../../../src/admin/reports/core/trends.ts';
import { endText, leftText, occurrenceIn } from '../../../src/admin/reports/core/words.ts';
import { reportTexts } from '../../../src/admin/reports/text.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';
import { scripted } from './scripted-traffic.ts';

const say = sayOf(reportTexts, 'en');

describe('trends of the last days', () => {
  const days = [
    { day: '2026-03-28', rooms: 2, participants: 5, totalS: 3630 },
    { day: '2026-03-29', rooms: 0, participants: 0, totalS: 0 },
    { day: '2026-03-30', rooms: 1, participants: 3, totalS: 600 },
  ];

  it('add up meetings and minutes; of participants, who may return, the most on a day counts', () => {
    expect(trendsOf(days)).toEqual([
      { name: 'rooms', values: [2, 0, 1], figure: 3 },
      { name: 'participants', values: [5, 0, 3], figure: 5 },
      { name: 'minutes', values: [61, 0, 10], figure: 71 },
    ]);
    expect(trendsOf([]).map(({ figure }) => figure)).toEqual([0, 0, 0]);
  });

  it('place days at equal distances, also where clocks change', () => {
    const [first = 0, second = 0, third = 0] = days.map(dayStartS);
    expect([second - first, third - second]).toEqual([86_400, 86_400]);
  });

  it('are requested in the user’s time zone', async () => {
    const { ports, calls } = scripted(() => ({ days }));
    expect(await new ReportsApi(ports).daysOfUse('Asia/Shanghai')).toEqual(days);
    expect(calls()).toEqual(['GET /reports/days?timeZone=Asia/Shanghai']);
  });
});

describe('the filter', () => {
  it('drops invalid days, and cuts a name that is too long for a room', () => {
    expect(filterOf('?from=today&to=2026-02-31x&search=')).toEqual(noFilter);
    expect(filterOf(`?search=${'x'.repeat(500)}`).search).toHaveLength(128);
    expect(filterOf('')).toEqual(noFilter);
  });

  it('is kept in the page’s URL, and parsed from it', () => {
    const filter = { search: 'a&b 会', from: '2026-11-01', to: '2026-11-23' };
    expect(filterOf(searchOf(filter))).toEqual(filter);
    expect([searchOf(noFilter), searchOf({ ...noFilter, from: '2026-11-01' })]).toEqual(['', '?from=2026-11-01']);
  });

  it('requests whole days of the user’s zone', () => {
    expect(windowOf({ search: ' r ', from: '2026-11-22', to: '2026-11-23' }, 'Asia/Shanghai')).toEqual({
      search: 'r',
      from: '2026-11-21T16:00:00.000Z',
      to: '2026-11-23T16:00:00.000Z',
    });
    expect(windowOf(noFilter, 'UTC')).toEqual({ search: '', from: undefined, to: undefined });
  });

  it('recognises days in the wrong order', () => {
    const days = (from: string, to: string): boolean => isReversed({ search: '', from, to });
    expect([days('2026-11-02', '2026-11-01'), days('2026-11-01', '2026-11-01'), days('2026-11-02', '')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the grade of a connection', () => {
  const rows: readonly [ConnectionQuality | undefined, ReturnType<typeof gradeOf>][] = [
    [undefined, undefined],
    [{}, undefined],
    [{ rttP95Ms: Number.NaN }, undefined],
    [{ rttP95Ms: 0 }, 'good'],
    [{ rttP95Ms: 249, sentLoss: 0.0099 }, 'good'],
    [{ rttP95Ms: 250 }, 'fair'],
    [{ rttP95Ms: 500 }, 'poor'],
    [{ rttP95Ms: 20, sentLoss: 0.01 }, 'fair'],
    [{ rttP95Ms: 20, receivedLoss: 0.05 }, 'poor'],
    [{ rttP95Ms: 300, receivedLoss: 0, freezeShare: 0.06 }, 'poor'],
    [{ freezeShare: 0.01 }, 'fair'],
  ];
  it.each(rows)('of %j is %s', (felt, grade) => expect(gradeOf(felt)).toBe(grade));

  it('determines its colour', () => {
    expect((['good', 'fair', 'poor'] as const).map(gradeTone)).toEqual(['good', 'warn', 'bad']);
  });

  it('of a stay depends on the measured values', () => {
    const quality = { freezeMs: 3000, measuredS: 60, rttP95Ms: 40, sentLoss: 0.02 } as Stay['quality'];
    expect(connectionQualityOf(undefined)).toBeUndefined();
    expect(connectionQualityOf(quality)).toEqual({ rttP95Ms: 40, sentLoss: 0.02, freezeShare: 0.05 });
    expect(connectionQualityOf({ freezeMs: 5, measuredS: 0 } as Stay['quality'])).toEqual({});
  });

  it('is explained by the numbers worth showing', () => {
    const texts = (felt: ConnectionQuality) => qualityTexts(felt, { say, locale: 'en-GB' });
    expect(texts({})).toEqual([]);
    expect(texts({ rttP95Ms: 1280, sentLoss: 0.0004, receivedLoss: 0.0621, freezeShare: 0.5 })).toEqual([
      'Round trips to 1,280 ms',
      '6.2% loss receiving',
      '50% frozen',
    ]);
  });
});

describe('texts of ends', () => {
  it('contain a code that has no text', () => {
    expect([endText(undefined, say), endText('constructor', say), endText('empty', say)]).toEqual([
      '',
      'constructor',
      'The last person has left',
    ]);
    expect([leftText(undefined, say), leftText('', say), leftText('KICKED', say), leftText('NEW', say)]).toEqual([
      '',
      '',
      'Removed',
      'Ended (NEW)',
    ]);
  });

  it('of a report find the occurrence to which a room life belongs', () => {
    const occurrenceWith = (sids: string[]) => ({ title: '', startedAt: '', sids, persons: [] });
    const report = { occurrences: [occurrenceWith(['RM_1']), occurrenceWith(['RM_2', 'RM_3'])] };
    expect(occurrenceIn(report, 'RM_3')).toBe(report.occurrences[1]);
    expect(occurrenceIn(report, 'RM_4')).toBeUndefined();
  });
});

describe('calls', () => {
  it('contain the room life, the days and the page of the list', async () => {
    const { ports, calls } = scripted(() => ({ data: [] }));
    const api = new ReportsApi(ports);
    await api.lives({ search: '', from: undefined, to: undefined });
    await api.lives({ search: 'r', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }, 'c');
    await api.life('RM_1');
    await api.stays('RM_1', 'c');
    await api.attendance('RM_1');
    await api.meeting('mt_1', '2026-11-20T09:58:10Z');
    expect(calls()).toEqual([
      'GET /room-lives',
      'GET /room-lives?search=r&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&cursor=c',
      'GET /room-lives/RM_1',
      'GET /room-lives/RM_1/stays?cursor=c',
      'GET /room-lives/RM_1/attendance',
      'GET /meetings/mt_1/report?from=2026-11-19T09:58:10.000Z&to=2026-11-21T09:58:10.000Z',
    ]);
  });

  it('have matching URLs of CSV downloads', () => {
    expect(attendanceCsvPath('RM/1')).toBe('/api/v1/room-lives/RM%2F1/attendance.csv');
    expect(staysCsvPath('RM/1')).toBe('/api/v1/room-lives/RM%2F1/stays.csv');
    expect(meetingCsvPath('mt_1', '2026-11-20T00:00:00Z')).toBe(
      '/api/v1/meetings/mt_1/report.csv?from=2026-11-19T00%3A00%3A00.000Z&to=2026-11-21T00%3A00%3A00.000Z',
    );
  });
});
