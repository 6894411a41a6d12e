import { type Finding, findingSentence, findingTexts, inspectionChecks } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { dueDay } from '../../../src/inspection/core/due.ts';
import type { InspectionFacts, QuotaName } from '../../../src/inspection/core/facts.ts';
import { FINDINGS_MAX } from '../../../src/inspection/core/finding.ts';
import { inspectionMail } from '../../../src/inspection/core/mail.ts';
import { inspect } from '../../../src/inspection/core/report.ts';
import { node as plain, WALL_MS } from '../alarms/facts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const disk = (share: number) => ({ bytes: 1e12, freeBytes: (1 - share) * 1e12 });
const node = (id: string, o: Parameters<typeof plain>[1] = {}) =>
  plain(id, { clockOffsetMs: 3, disk: disk(0.2), ...o });
const threeNodes = (o: Parameters<typeof plain>[1]) => [node('a', o), node('b'), node('c')];
const quietFacts: InspectionFacts = {
  nowMs: WALL_MS,
  alarms: [],
  quality: [{ region: 'eu', atMs: WALL_MS, weak: 1, measured: 1000 }],
  joins: [{ region: 'eu', joins: 1000, failed: 4 }],
  dial: [{ region: 'eu', tried: 1000, failed: { media: 1 } }],
  capacity: [{ region: 'eu', atMs: WALL_MS, share: 0.5, most: 400 }],
  nodes: threeNodes({}),
  recordingQueue: { waiting: 0, oldestMs: 0 },
  quotas: { uses: [], refused: [] },
  webhooks: { oldestDueMs: 0 },
  deliveries: { day: '2027-01-03', regions: [], receivers: { enabled: 2, away: 0 } },
  databaseBytes: 1e9,
  closedSince: new Map(),
  testers: [{ region: 'eu', silentMs: 10_000, everyMs: 20_000 }],
  receivers: { enabled: 1, delivered: 3, failing: [] },
  backup: { atMs: WALL_MS - HOUR_MS },
  silences: [],
};
const uses = (...all: [what: QuotaName, used: number, most: number][]) => ({
  quotas: { uses: all.map(([what, used, most]) => ({ tenant: 'acme', what, used, most })), refused: [] },
});
const delivered = (o: object, receivers = { enabled: 2, away: 0 }) => ({
  deliveries: {
    day: '2027-01-03',
    regions: [{ region: 'eu', done: 5, failed: 0, late: 0, bytes: 1e9, ...o }],
    peak: { day: '2026-12-24', done: 1000 },
    receivers,
  },
});
const findingsOf = (check: string, facts: Partial<InspectionFacts>) =>
  inspect({ ...quietFacts, ...facts })
    .findings.filter((one) => one.check === check)
    .map(({ code, severity }) => `${severity} ${code}`);

describe('a report', () => {
  it('of a quiet cloud has one fine line for each check', () => {
    const { findings } = inspect(quietFacts);
    expect(findings.map(({ check, severity }) => `${check} ${severity}`)).toEqual(
      inspectionChecks.map((check) => `${check} fine`),
    );
  });

  it('without any source lists each check as unknown', () => {
    const { findings } = inspect({ nowMs: WALL_MS });
    expect(findings.map(({ code }) => code)).toEqual(inspectionChecks.map((check) => `${check}.unknown`));
    expect(findings.every(({ severity }) => severity === 'attention')).toBe(true);
  });

  const sum = { rule: 'capacity', count: 2, longestMs: 9, open: 0, acknowledged: 1 };
  const closed = { isCordoned: true, cordonReason: 'disk' };
  const rows: readonly (readonly [string, Partial<InspectionFacts>, readonly string[]])[] = [
    ['alarms', { alarms: [{ ...sum, severity: 'critical' }] }, ['problem alarms.bad']],
    ['alarms', { alarms: [{ ...sum, severity: 'warning' }] }, ['attention alarms.bad']],
    ['quality', { quality: [{ region: 'eu', atMs: 1, weak: 72, measured: 360 }] }, ['problem quality.bad']],
    ['quality', { quality: [{ region: 'eu', atMs: 1, weak: 36, measured: 360 }] }, ['attention quality.bad']],
    ['quality', { quality: [{ region: 'eu', atMs: 1, weak: 300, measured: 359 }] }, ['fine quality.few']],
    ['quality', { quality: [] }, ['fine quality.idle']],
    ['joins', { joins: [{ region: 'eu', joins: 100, failed: 5 }] }, ['problem joins.bad']],
    ['joins', { joins: [{ region: 'eu', joins: 500, failed: 5 }] }, ['attention joins.bad']],
    ['joins', { joins: [{ region: 'eu', joins: 4, failed: 4 }] }, ['fine joins.fine']],
    [
      'dial',
      { dial: [{ region: 'eu', tried: 100, failed: { media: 5, relay: 1 } }] },
      ['problem dial.bad', 'attention dial.bad'],
    ],
    ['dial', { dial: [] }, ['attention dial.idle']],
    ['capacity', { capacity: [{ region: 'eu', atMs: 1, share: 0.8, most: 9 }] }, ['problem capacity.bad']],
    ['capacity', { capacity: [{ region: 'eu', atMs: 1, share: 0.7, most: 9 }] }, ['attention capacity.bad']],
    ['capacity', { forecast: new Map([['eu', { share: 0.6, fullInMs: HOUR_MS - 1 }]]) }, ['problem capacity.forecast']],
    [
      'capacity',
      { forecast: new Map([['eu', { share: 0.6, fullInMs: 2 * HOUR_MS }]]) },
      ['attention capacity.forecast'],
    ],
    ['capacity', { forecast: new Map([['eu', { share: 0.4, fullInMs: 1 }]]) }, ['fine capacity.fine']],
    ['capacity', { capacity: [] }, ['attention capacity.unknown']],
    ['disks', { nodes: threeNodes({ disk: disk(0.81) }) }, ['problem disks.bad']],
    ['disks', { nodes: threeNodes({ disk: disk(0.71) }) }, ['attention disks.bad']],
    ['disks', { nodes: threeNodes({ disk: disk(0.99), state: 'dead' }) }, ['fine disks.fine']],
    ['disks', { nodes: [node('a'), plain('b')] }, ['attention disks.partly', 'fine disks.fine']],
    ['certificates', { nodes: threeNodes({ certificateEndsMs: WALL_MS + HOUR_MS }) }, ['problem certificates.bad']],
    [
      'certificates',
      { nodes: threeNodes({ certificateEndsMs: WALL_MS + 3 * HOUR_MS }) },
      ['attention certificates.bad'],
    ],
    ['certificates', { nodes: threeNodes({ certificateEndsMs: WALL_MS - 1 }) }, ['problem certificates.over']],
    ['certificates', { nodes: threeNodes({ certificateEndsMs: 0 }) }, ['fine certificates.fine']],
    ['certificates', { httpsEndsMs: WALL_MS + 2 * DAY_MS }, ['problem certificates.bad']],
    ['certificates', { httpsEndsMs: WALL_MS + 14 * DAY_MS }, ['attention certificates.bad']],
    ['recorders', { recordingQueue: { waiting: 1, oldestMs: 9 } }, ['problem recorders.bad']],
    ['recorders', { nodes: threeNodes({ recordSlots: { all: 10, used: 7 } }) }, ['attention recorders.bad']],
    [
      'recorders',
      { alarms: [{ ...sum, severity: 'warning', rule: 'recorder-queue' }] },
      ['attention recorders.waited'],
    ],
    ['quotas', uses(['seats', 79, 100]), ['fine quotas.fine']],
    ['quotas', uses(['seats', 80, 100]), ['attention quotas.seats']],
    ['quotas', uses(['rooms', 99, 100]), ['attention quotas.rooms']],
    ['quotas', uses(['rooms', 100, 100]), ['problem quotas.rooms']],
    ['quotas', uses(['recordingBytes', 9e11, 1e12]), ['attention quotas.recordingBytes']],
    ['quotas', uses(['recordingMinutes', 599.9, 600]), ['attention quotas.recordingMinutes']],
    ['quotas', uses(['meetings', 5, 5]), ['problem quotas.meetings']],
    ['quotas', uses(['mails', 130, 100]), ['problem quotas.mails']],
    ['quotas', uses(['rooms', 85, 100], ['mails', 95, 100], ['seats', 90, 100]), ['attention quotas.mails']],
    ['quotas', { quotas: { uses: [], refused: [{ tenant: 'acme', joins: 1 }] } }, ['problem quotas.refused']],
    ['webhooks', { webhooks: { oldestDueMs: 120_000 } }, ['problem webhooks.bad']],
    ['webhooks', { webhooks: { oldestDueMs: 30_000 } }, ['attention webhooks.bad']],
    ['deliveries', {}, ['fine deliveries.idle']],
    ['deliveries', delivered({ done: 995, failed: 5 }), ['fine deliveries.fine']],
    ['deliveries', delivered({ done: 1001 }), ['fine deliveries.most']],
    ['deliveries', delivered({ done: 495, failed: 5 }), ['attention deliveries.failed', 'fine deliveries.fine']],
    ['deliveries', delivered({ done: 95, failed: 5 }), ['problem deliveries.failed', 'fine deliveries.fine']],
    ['deliveries', delivered({ done: 10, failed: 4, late: 4 }), ['fine deliveries.fine']],
    ['deliveries', delivered({ done: 20, late: 5 }), ['problem deliveries.late', 'fine deliveries.fine']],
    ['deliveries', delivered({ done: 100, late: 5 }), ['attention deliveries.late', 'fine deliveries.fine']],
    ['deliveries', delivered({}, { enabled: 2, away: 1 }), ['attention deliveries.away', 'fine deliveries.fine']],
    [
      'drift',
      { nodes: ['1', '1', '1', '2'].map((x, at) => node(`n${at}`, { config: { x } })) },
      ['attention drift.bad'],
    ],
    ['drift', { nodes: ['1', '2'].map((x, at) => node(`n${at}`, { config: { x } })) }, ['fine drift.fine']],
    ['versions', { nodes: threeNodes({ version: '1.2.4' }) }, ['attention versions.bad']],
    ['versions', { nodes: threeNodes({ version: '1.2.4', kind: 'recorder' }) }, ['fine versions.fine']],
    ['versions', { nodes: threeNodes({ version: '1.2.4', state: 'dead' }) }, ['fine versions.fine']],
    ['clocks', { nodes: threeNodes({ clockOffsetMs: -101 }) }, ['attention clocks.bad']],
    ['clocks', { nodes: threeNodes({ clockOffsetMs: 100 }) }, ['fine clocks.fine']],
    ['clocks', { nodes: threeNodes({ clockOffsetMs: 2000 }) }, ['problem clocks.bad']],
    ['clocks', { nodes: [node('a'), plain('b')] }, ['attention clocks.partly', 'fine clocks.fine']],
    [
      'closed',
      { nodes: threeNodes(closed), closedSince: new Map([['a', WALL_MS - DAY_MS]]) },
      ['attention closed.bad'],
    ],
    [
      'closed',
      { nodes: threeNodes(closed), closedSince: new Map([['a', WALL_MS - DAY_MS + 1]]) },
      ['fine closed.fine'],
    ],
    ['closed', { closedSince: new Map([['a', 0]]) }, ['fine closed.fine']],
    ['testers', { testers: [{ region: 'eu', silentMs: 60_000, everyMs: 20_000 }] }, ['attention testers.bad']],
    ['testers', { testers: [{ region: 'eu', silentMs: 60_000, everyMs: 30_000 }] }, ['fine testers.fine']],
    [
      'receivers',
      { receivers: { enabled: 1, delivered: 1, failing: [{ name: 'x', failed: 1, error: 'E' }] } },
      ['problem receivers.bad'],
    ],
    ['receivers', { receivers: { enabled: 0, delivered: 0, failing: [] } }, ['attention receivers.none']],
    ['backups', { backup: { atMs: WALL_MS - 26 * HOUR_MS } }, ['attention backups.bad']],
    ['backups', { backup: { atMs: WALL_MS - 3 * DAY_MS } }, ['problem backups.bad']],
    ['backups', { backup: {} }, ['attention backups.never']],
    ['silences', { silences: [{ endsMs: WALL_MS + 1, reason: 'r' }] }, ['attention silences.bad']],
  ];
  it.each(rows)('of %s has the expected findings (row %#)', (check, facts, said) => {
    expect(findingsOf(check, facts)).toEqual(said);
  });

  it('has the worst findings first, at most ten for a check, and counts the rest', () => {
    const nodes = Array.from({ length: 14 }, (_, at) => node(`n${at}`, { disk: disk(0.75) }));
    const { findings } = inspect({ ...quietFacts, nodes, webhooks: { oldestDueMs: 120_000 } });
    expect(findings[0]?.code).toBe('webhooks.bad');
    const disks = findings.filter(({ check }) => check === 'disks');
    expect(disks).toHaveLength(FINDINGS_MAX + 1);
    expect(disks.at(-1)).toMatchObject({ code: 'disks.more', severity: 'attention', values: { count: 4 } });
  });

  it('names at most ten tenants, each once: those with refused joins, then the fullest', () => {
    const use = (tenant: string, used: number) => ({ tenant, what: 'seats' as const, used, most: 1000 });
    const refused = [
      { tenant: 'few', joins: 3 },
      { tenant: 'many', joins: 30 },
    ];
    const nearLimits = Array.from({ length: 12 }, (_, at) => use(`t${at}`, 900 + at));
    const quotas = { uses: [use('full', 1000), use('many', 1000), ...nearLimits], refused };
    const found = inspect({ ...quietFacts, quotas }).findings.filter(({ check }) => check === 'quotas');
    const expectedTenants = ['many', 'few', 'full', 't11', 't10', 't9', 't8', 't7', 't6', 't5'];
    expect(found.map(({ values }) => values['tenant'] ?? values['count'])).toEqual([...expectedTenants, 5]);
    const namedTenants = found.flatMap((one) =>
      ['en', 'zh'].map((language) => findingSentence(one, { language: language as 'en' | 'zh', timeZone: 'UTC' })),
    );
    expect(namedTenants.slice(0, 2)).toEqual([
      'Tenant many: 30 joins were refused in 24 h, as its quota was used up.',
      '租户 many：24 小时内有 30 次入会因配额用尽被拒绝。',
    ]);
    expect(namedTenants.slice(-4)).toEqual([
      'Tenant t5 has 905 of 1,000 participants in its rooms now (90.5 %).',
      '租户 t5：当前参会人数 905，上限 1,000（90.5 %）。',
      'And 5 more: quotas of tenants.',
      '另有 5 项：租户配额。',
    ]);
  });

  it('has a complete sentence for each finding in both languages', () => {
    const all = [quietFacts, { nowMs: WALL_MS }, ...rows.map(([, facts]) => ({ ...quietFacts, ...facts }))].flatMap(
      (facts) => inspect(facts).findings,
    );
    for (const finding of new Map(all.map((one) => [one.code, one])).values())
      for (const language of ['en', 'zh'] as const) {
        const sentence = findingSentence(finding, { language, timeZone: 'Europe/Berlin' });
        expect(sentence).not.toMatch(/[{}]|NaN|undefined/);
        expect(sentence).not.toBe(finding.code);
      }
    const said = new Set(all.map(({ code }) => code));
    expect(Object.keys(findingTexts).filter((code) => !said.has(code))).toEqual([]);
  });
});

describe('the day of a report', () => {
  const rows = [
    ['before its hour', 'Europe/Berlin', 7, '2026-11-23T05:59:00Z', undefined],
    ['at its hour', 'Europe/Berlin', 7, '2026-11-23T06:00:00Z', '2026-11-23'],
    ['in summer', 'Europe/Berlin', 7, '2026-07-23T05:00:00Z', '2026-07-23'],
    ['until midnight', 'Europe/Berlin', 7, '2026-11-23T22:59:00Z', '2026-11-23'],
    ['after midnight', 'Europe/Berlin', 7, '2026-11-23T23:00:00Z', undefined],
    ['before an hour that clocks skip', 'Europe/Berlin', 2, '2026-03-29T00:59:00Z', undefined],
    ['after an hour that clocks skip', 'Europe/Berlin', 2, '2026-03-29T01:00:00Z', '2026-03-29'],
    ['in an hour that comes twice', 'Europe/Berlin', 2, '2026-10-25T00:30:00Z', '2026-10-25'],
    ['in the repetition of that hour', 'Europe/Berlin', 2, '2026-10-25T01:30:00Z', '2026-10-25'],
    ['in a zone half an hour off', 'Asia/Kolkata', 7, '2026-11-23T01:30:00Z', '2026-11-23'],
    ['in a zone a day ahead', 'Pacific/Auckland', 0, '2026-11-22T11:00:00Z', '2026-11-23'],
  ] as const;
  it.each(rows)('is right %s', (_, timeZone, hour, at, day) => {
    expect(dueDay({ hour, timeZone }, Date.parse(at))).toBe(day);
  });
});

describe('the mail of a report', () => {
  it.each(['en', 'zh'] as const)('escapes people’s texts, and has complete links: %s', (language) => {
    const reason = `<img src=x onerror='a()'>\r\nBcc: c {count}`;
    const report = inspect({ ...quietFacts, silences: [{ endsMs: WALL_MS, reason }] });
    const o = { report, day: '2026-11-23', language, timeZone: 'Asia/Shanghai', publicUrl: 'https://x.example/?a&b' };
    const { subject, text, html } = inspectionMail(o);
    expect(html).toContain('&lt;img src=x onerror=&#39;a()&#39;&gt;');
    expect(html.match(/<[^>]*>/g)?.map((tag) => tag.split(/[ >]/)[0])).not.toContain('<img');
    expect(html).toContain('href="https://x.example/?a&amp;b/console/alarms/settings"');
    expect(text).toContain(reason);
    expect(text).toContain('2027-01-04 08:00');
    expect(subject).toBe(
      language === 'en'
        ? 'Morning report 2026-11-23: 0 problems, 1 to review'
        : '晨检 2026-11-23: 0 个问题，1 项需关注',
    );
  });

  it('has no line break in its subject, whatever the day', () => {
    const report = { madeMs: 0, findings: [] as Finding[] };
    const mail = inspectionMail({ report, day: 'a\r\nBcc: b', language: 'en', timeZone: 'UTC', publicUrl: '' });
    expect(mail.subject).toBe('Morning report a Bcc: b: all fine');
  });
});
