// Sample monthly report: a bad night in a region, maintenance, a silent tester.
import type { SlaFigure, SlaReport, SlaRow } from '../console/types.ts';
import { storyNowMs } from './scripted-api.tsx';

const objectives: SlaReport['objectives'] = [
  { id: 'availability', target: 0.9994, unit: 'minutes', source: '', counted: '' },
  { id: 'joins', target: 0.999, unit: 'joins', source: '', counted: '' },
  { id: 'media', target: 0.995, unit: 'minutes', source: '', counted: '' },
  { id: 'api', target: 0.999, unit: 'answers', source: '', counted: '' },
];
const figures = (...counts: (readonly [total: number, bad: number])[]): SlaFigure[] =>
  objectives.map(({ id, target }, at) => {
    const [total, bad] = counts[at] ?? [0, 0];
    const allowed = (total / 0.745) * (1 - target);
    const ratio = 1 - bad / total;
    const [left, isMet] = [allowed - bad, ratio >= target];
    const ends = left > 0 && bad / allowed > 0.745 && { exhaustsAt: '2026-11-28T14:00:00.000Z' };
    return { objective: id, total, bad, allowed, left, ...(total > 0 && { ratio, isMet }), ...ends };
  });
const row = (key: string, ...counts: Parameters<typeof figures>): SlaRow => ({ key, figures: figures(...counts) });

const byRegion = [
  row('ap-southeast', [32_208, 3.1], [91_204, 40], [1_204_511, 4102], [412_004, 31]),
  row('eu-central', [31_968, 61.4], [412_880, 804], [8_120_400, 30_210], [2_904_112, 310]),
  row('sa-east', [29_040, 0.4], [8120, 1], [80_210, 611], [0, 0]),
  row('us-east', [32_208, 2.2], [201_442, 61], [3_902_114, 9020], [1_204_100, 77]),
];
const byTenant = [
  row('clinic-nord', [20_100, 0], [40_220, 3], [610_400, 802], [120_400, 2]),
  row('example', [32_100, 44.2], [512_004, 830], [9_104_200, 31_204], [3_104_220, 301]),
  row('北方科技', [30_400, 4.1], [161_422, 73], [3_592_635, 11_937], [1_295_596, 115]),
];
const days = Array.from({ length: 23 }, (_, at) => ({
  day: `2026-11-${String(at + 1).padStart(2, '0')}`,
  minutes: 5760,
  badMinutes: at === 13 ? 48.2 : at % 4 === 1 ? 3.6 : 0.3,
}));

export const slaReport = (by: 'region' | 'tenant'): SlaReport => ({
  month: '2026-11',
  from: '2026-11-01T00:00:00.000Z',
  to: new Date(storyNowMs).toISOString(),
  isRunning: true,
  by,
  objectives,
  total: { figures: figures([125_424, 67.1], [713_646, 906], [13_307_235, 43_943], [4_520_216, 418]) },
  rows: by === 'region' ? byRegion : byTenant,
  days,
  exclusions: [
    {
      id: 'SX_1',
      region: 'eu-central',
      from: '2026-11-08T01:00:00.000Z',
      to: '2026-11-08T05:00:00.000Z',
      reason: 'new switches in Frankfurt, change 2214',
      createdAt: '2026-11-02T09:12:00.000Z',
      by: 'ops@example.org',
      hours: 4,
      minutes: 240,
      badMinutes: 71.5,
      joins: 412,
      failedJoins: 120,
    },
    {
      id: 'SX_2',
      region: '',
      from: '2026-11-19T03:00:00.000Z',
      to: '2026-11-19T04:00:00.000Z',
      reason: 'database moved',
      createdAt: '2026-11-19T09:30:00.000Z',
      by: 'ops@example.org',
      hours: 4,
      minutes: 240,
      badMinutes: 12,
      joins: 190,
      failedJoins: 9,
    },
  ],
  remarks: [
    {
      kind: 'silent',
      region: 'sa-east',
      hours: 6,
      minutes: 0,
      badMinutes: 0,
      joins: 0,
      failedJoins: 0,
      calls: 44,
      failedCalls: 40,
    },
    {
      kind: 'unknown',
      region: 'sa-east',
      hours: 52,
      minutes: 0,
      badMinutes: 0,
      joins: 0,
      failedJoins: 0,
      calls: 44,
      failedCalls: 40,
    },
    {
      kind: 'few',
      region: 'sa-east',
      hours: 31,
      minutes: 1860,
      badMinutes: 0.4,
      joins: 201,
      failedJoins: 0,
      calls: 0,
      failedCalls: 0,
    },
  ],
  complete: true,
});
