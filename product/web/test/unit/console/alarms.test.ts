import { describe, expect, it } from 'vitest';
import { figureText, limitText, parsedLimit } from '../../../src/console/alarms/core/figures.ts';
import {
  emptyReceiver,
  formOf,
  headersOf,
  hoursOf,
  isUsual,
  receiverBody,
  receiverErrors,
  ruleChange,
  ruleErrors,
  ruleForm,
  usualForm,
} from '../../../src/console/alarms/core/forms.ts';
import {
  badgeOf,
  filtered,
  groupsOf,
  isUnjudged,
  matchersOf,
  matches,
  noFilter,
  ordered,
} from '../../../src/console/alarms/core/order.ts';
import { alarmsAt, labelLinksOf, marksOf, pageLinksOf, siteMark } from '../../../src/console/alarms/core/places.ts';
import { ruleIds } from '../../../src/console/alarms/rule-texts.ts';
import {
  limitSourceOf,
  ruleTitle,
  sentenceOf,
  subjectText,
  titledAlarm,
} from '../../../src/console/alarms/sentences.ts';
import { unitTexts } from '../../../src/console/alarms/text.ts';
import { selectionOf } from '../../../src/console/core/selection.ts';
import type { Alarm, AlarmReceiver, AlarmRule } from '../../../src/console/types.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';

const alarm = (id: number, change: Partial<Alarm> = {}): Alarm => ({
  id: `al_${id}`,
  rule: 'node-lost',
  subject: `sfu-${id}`,
  severity: 'critical',
  state: 'firing',
  value: 23_400,
  limit: 0,
  unit: 'ms',
  labels: { node: `sfu-${id}`, host: `host-${id}`, site: 'eu/Frankfurt', region: 'eu', kind: 'sfu' },
  text: `sfu sfu-${id} (eu/Frankfurt) has been silent for 23 s.`,
  startedAt: new Date(Date.UTC(2026, 10, 26, 9, 0, id)).toISOString(),
  isSilenced: false,
  ...change,
});
const ids = (alarms: readonly Alarm[]): string[] => alarms.map(({ id }) => id);

describe('the list of alarms', () => {
  it('has critical alarms first, then the newest', () => {
    const warning = alarm(9, { severity: 'warning' });
    expect(ids(ordered([warning, alarm(1), alarm(10, { severity: 'info' }), alarm(2)]))).toEqual([
      'al_2',
      'al_1',
      'al_9',
      'al_10',
    ]);
  });

  it('has each cause above the alarms that it inhibits, also through another cause, and each alarm once', () => {
    const region = alarm(1, { rule: 'region-lost', subject: 'eu', labels: { region: 'eu' } });
    const host = alarm(2, { rule: 'host-lost', subject: 'host-3', inhibitedBy: 'region-lost eu' });
    const node = alarm(3, { inhibitedBy: 'host-lost host-3' });
    const unrelated = alarm(4, { severity: 'warning' });
    const groups = groupsOf([unrelated, node, host, region]);
    expect(groups.map(({ alarm: { id }, inhibited: kept }) => [id, ids(kept)])).toEqual([
      ['al_1', ['al_3', 'al_2']],
      ['al_4', []],
    ]);
  });

  it('shows an alarm whose cause is not listed, and alarms in a cycle of causes, as groups of their own', () => {
    const alone = alarm(1, { inhibitedBy: 'region-lost eu' });
    const ring = [alarm(2, { inhibitedBy: 'node-lost sfu-3' }), alarm(3, { inhibitedBy: 'node-lost sfu-2' })];
    expect(groupsOf([alone]).map(({ inhibited: kept }) => kept.length)).toEqual([0]);
    expect(
      groupsOf(ring)
        .flatMap(({ alarm: one, inhibited: kept }) => ids([one, ...kept]))
        .sort(),
    ).toEqual(['al_2', 'al_3']);
  });

  it('is filtered by severity, and by words in names, labels or texts', () => {
    const all = [alarm(1), alarm(2, { severity: 'warning', rule: 'capacity', text: 'Few are free.' })];
    const by = (severity: Alarm['severity'] | '', text: string) =>
      ids(filtered(all, { severity, text }, ({ rule }) => (rule === 'capacity' ? '剩余会话不足' : '')));
    expect(by(noFilter.severity, noFilter.text)).toEqual(['al_1', 'al_2']);
    expect(by('warning', '')).toEqual(['al_2']);
    expect(by('', 'FRANKFURT silent')).toEqual(['al_1']);
    expect(by('', '剩余')).toEqual(['al_2']);
    expect(by('critical', 'free')).toEqual([]);
  });
});

it('the number in the menu counts alarms that are not silenced, acknowledged or inhibited', () => {
  const acknowledged = { at: '2026-11-26T09:00:00Z', by: 'usr_1', note: '' };
  const quiet = [alarm(1, { isSilenced: true }), alarm(2, { acknowledged }), alarm(3, { inhibitedBy: 'host-lost h' })];
  expect(badgeOf(quiet)).toEqual({ count: 0, hasCritical: false });
  const warnings = [...quiet, alarm(4, { severity: 'warning' }), alarm(5, { severity: 'info', state: 'clearing' })];
  expect(badgeOf(warnings)).toEqual({ count: 2, hasCritical: false });
  expect(badgeOf([...warnings, alarm(6)])).toEqual({ count: 3, hasCritical: true });
});

it('a list is outdated a minute after the API’s last judging, unless that time is unknown', () => {
  const judgedAt = '2026-11-26T09:00:00Z';
  const nowMs = Date.parse(judgedAt);
  expect(isUnjudged(judgedAt, nowMs + 60_000)).toBe(false);
  expect(isUnjudged(judgedAt, nowMs + 60_001)).toBe(true);
  expect(isUnjudged(undefined, nowMs)).toBe(false);
});

describe('matchers from an alarm', () => {
  it('are its rule, its subject, then its labels; together they match only this alarm', () => {
    const one = alarm(1);
    const all = matchersOf(one);
    expect(all.map(({ name }) => name)).toEqual(['rule', 'subject', 'node', 'host', 'site', 'region', 'kind']);
    expect(matches(one, all)).toBe(true);
    expect(matches(alarm(2), all)).toBe(false);
    expect(matches(alarm(2), [{ name: 'region', value: 'eu' }])).toBe(true);
    expect(matches(one, [])).toBe(true);
  });

  it('never contain values that the API refuses', () => {
    const odd = alarm(1, { subject: 'x'.repeat(201), labels: { rule: 'other', empty: '', site: 'eu/Frankfurt' } });
    expect(matchersOf(odd)).toEqual([
      { name: 'rule', value: 'node-lost' },
      { name: 'site', value: 'eu/Frankfurt' },
    ]);
  });
});

describe('the place of an alarm', () => {
  const link = alarm(1, {
    rule: 'link-loss',
    severity: 'warning',
    subject: 'ap/Tokyo - eu/Frankfurt',
    labels: { site: 'ap/Tokyo', otherSite: 'eu/Frankfurt', region: 'ap', otherRegion: 'eu' },
  });
  const region = alarm(2, { subject: 'eu', labels: { region: 'eu' } });

  it('is linked: node, site, region, host, room', () => {
    const hrefs = Object.fromEntries(labelLinksOf(alarm(1)).map(({ label, href }) => [label, href]));
    expect(hrefs).toEqual({
      node: '/console/nodes/sfu-1',
      host: '/console/fleet?text=host-1',
      site: '/console?site=eu%2FFrankfurt',
      region: '/console?region=eu',
      kind: undefined,
    });
    const room = labelLinksOf({ labels: { tenant: 'acme', room: 'all hands' } });
    expect(room.map(({ href }) => href)).toEqual([undefined, '/console/rooms/acme/all%20hands']);
    expect(labelLinksOf({ labels: { room: 'without a tenant' } })[0]?.href).toBeUndefined();
  });

  it('opens on the map with a URL that the map understands', () => {
    const [way] = pageLinksOf(link);
    expect(way).toEqual({ where: 'onMap', href: '/console?from=ap%2FTokyo&to=eu%2FFrankfurt' });
    expect(selectionOf(new URL(way?.href ?? '', 'http://x').search)).toEqual({
      kind: 'link',
      from: 'ap/Tokyo',
      to: 'eu/Frankfurt',
    });
    expect(selectionOf('?region=eu')).toEqual({ kind: 'region', region: 'eu' });
    expect(pageLinksOf(region).map(({ where }) => where)).toEqual(['onMap', 'inFleet']);
    expect(pageLinksOf(alarm(1)).map(({ where }) => where)).toEqual(['onMap', 'atNode']);
    expect(pageLinksOf({ labels: {} })).toEqual([]);
  });

  it('is marked on the map with the worst alarm of a site, its region, and a link in both directions', () => {
    const marks = marksOf([alarm(1, { severity: 'info' }), alarm(2, { severity: 'warning' }), link]);
    expect(siteMark(marks, { site: 'eu/Frankfurt', region: 'eu' })).toBe('warning');
    expect(siteMark(marks, { site: 'ap/Tokyo', region: 'ap' })).toBeUndefined();
    expect([marks.links.get('ap/Tokyo eu/Frankfurt'), marks.links.get('eu/Frankfurt ap/Tokyo')]).toEqual([
      'warning',
      'warning',
    ]);
    const [lesser, worse] = [alarm(1, { severity: 'warning' }), alarm(1)];
    for (const both of [
      [lesser, worse],
      [worse, lesser],
    ])
      expect(marksOf(both).sites.get('eu/Frankfurt')).toBe('critical');
    const ofRegion = marksOf([region, alarm(1, { severity: 'info' })]);
    expect(siteMark(ofRegion, { site: 'eu/Paris', region: 'eu' })).toBe('critical');
    expect(siteMark(ofRegion, { site: 'eu/Frankfurt', region: 'eu' })).toBe('critical');
    const pair = alarm(3, { subject: 'ap - eu', labels: { region: 'ap', otherRegion: 'eu' } });
    expect([...marksOf([pair]).regions.keys()]).toEqual(['ap', 'eu']);
  });

  it('lists its alarms in the map’s panel', () => {
    const all = [alarm(1), link, region];
    expect(ids(alarmsAt(all, { site: 'eu/Frankfurt', region: 'eu' }))).toEqual(['al_1', 'al_2']);
    expect(ids(alarmsAt(all, { from: 'eu/Frankfurt', to: 'ap/Tokyo' }))).toEqual(['al_1']);
    expect(ids(alarmsAt(all, { site: 'us/Dallas', region: 'us' }))).toEqual([]);
  });
});

const figure =
  (language: 'en' | 'zh') =>
  (value: number, unit: string): string =>
    figureText(value, unit, { locale: language === 'zh' ? 'zh-CN' : 'en-GB', say: sayOf(unitTexts, language) });

it.each<[number, string, string, string]>([
  [0.053, 'share', '5.3 %', '5.3%'],
  [0.05, 'share/h', '5 % an hour', '每小时 5%'],
  [23_400, 'ms', '23 s', '23 秒'],
  [850, 'ms', '850 ms', '850 毫秒'],
  [-2.4, 's', '-2.4 s', '-2.4 秒'],
  [1.5, 'of the usual', '1.5 × the usual', '1.5 倍'],
  [3, 'things', '3 things', '3 things'],
  [1, '', '', ''],
])('%d with the unit %j is shown as %j', (value, unit, en, zh) =>
  expect([figure('en')(value, unit), figure('zh')(value, unit)]).toEqual([en, zh]),
);

describe('the text of an alarm', () => {
  it('is the API’s in English, and a sentence of the page in Chinese', () => {
    expect(sentenceOf(alarm(1), 'en', figure('en'))).toBe(alarm(1).text);
    expect(sentenceOf(alarm(1), 'zh', figure('zh'))).toBe('sfu 节点 sfu-1（法兰克福）已有 23 秒没有消息。');
    expect(ruleTitle('node-lost', 'zh')).toBe('节点失联');
  });

  it('is the API’s for an unknown rule, under its id', () => {
    const unknown = alarm(1, { rule: 'of-tomorrow' });
    expect(sentenceOf(unknown, 'zh', figure('zh'))).toBe(unknown.text);
    expect(ruleTitle('of-tomorrow', 'zh')).toBe('of-tomorrow');
    expect(ruleTitle('constructor', 'en')).toBe('constructor');
  });

  it('names the origin of a limit in the page’s language where known, else as the API does', () => {
    expect(limitSourceOf('capacity', 'said', 'en')).toEqual({ text: 'said', language: 'en' });
    expect(limitSourceOf('capacity', 'said', 'zh')).toEqual({ text: expect.stringMatching(/75%/), language: 'zh' });
    expect(limitSourceOf('disk', 'said', 'zh')).toEqual({ text: 'said', language: 'en' });
  });

  it('reports nothing wrong once the alarm is over or clearing', () => {
    for (const state of ['over', 'clearing'])
      expect(sentenceOf(alarm(1, { state, value: 120 }), 'zh', figure('zh'))).not.toContain('没有消息');
  });

  it('has no placeholder left, whatever labels are missing', () => {
    for (const rule of ruleIds)
      for (const labels of [{}, alarm(1).labels])
        expect([rule, sentenceOf(alarm(1, { rule, labels }), 'zh', figure('zh'))]).toEqual([
          rule,
          expect.stringMatching(/^[^{}（]*(（[^{}（）]+）)?[^{}]*。$/),
        ]);
    const certificate = { rule: 'certificate', unit: 'hours', value: -0.5 };
    expect(sentenceOf(alarm(1, certificate), 'zh', figure('zh'))).toContain('已于 0.5 小时前到期');
  });

  it('names sites by their city, and pairs by both ends', () => {
    const pair = { subject: 'ap/Tokyo - eu/Frankfurt', labels: { site: 'ap/Tokyo', otherSite: 'eu/Frankfurt' } };
    expect([subjectText(pair, 'en'), subjectText(pair, 'zh')]).toEqual(['Tokyo – Frankfurt', '东京 – 法兰克福']);
    expect(subjectText({ subject: 'acme/daily ana', labels: {} }, 'en')).toBe('acme/daily ana');
  });
});

describe('the form of a receiver', () => {
  const form = { ...emptyReceiver, name: ' on call ', url: 'https://example.org/hook' };

  it('sends the fields of its kind, and no others', () => {
    expect(receiverBody({ ...form, to: 'a@example.org' }, true)).toEqual({
      kind: 'webhook',
      name: 'on call',
      severity: 'warning',
      matchers: [],
      afterMinutes: 0,
      repeatMinutes: 0,
      enabled: true,
      url: 'https://example.org/hook',
    });
    expect(receiverBody({ ...form, kind: 'mail', to: 'a@example.org\n\n b@example.org ' }, true)).toMatchObject({
      to: ['a@example.org', 'b@example.org'],
    });
    expect(receiverBody({ ...form, kind: 'alertmanager' }, true)).not.toHaveProperty('repeatMinutes');
  });

  it('of a change keeps secret fields, unless they are filled in', () => {
    const known: AlarmReceiver = {
      id: 'AR_1',
      kind: 'sms',
      name: 'phone',
      severity: 'critical',
      matchers: [],
      afterMinutes: 5,
      repeatMinutes: 0,
      enabled: true,
      url: 'https://sms.example.org',
      to: ['+49151'],
      createdAt: '',
      updatedAt: '',
    };
    expect(receiverErrors(formOf(known), known)).toEqual([]);
    const unchangedBody = receiverBody(formOf(known), false);
    expect(unchangedBody).not.toHaveProperty('kind');
    expect(unchangedBody).not.toHaveProperty('headers');
    expect(unchangedBody).not.toHaveProperty('body');
    expect(receiverBody({ ...formOf(known), headers: 'X-Key: 1', body: '{text}' }, false)).toMatchObject({
      headers: { 'X-Key': '1' },
      body: '{text}',
    });
    expect(receiverErrors({ ...formOf(known), headers: '', body: '' }, undefined)).toEqual(['body']);
    const url = 'https://sms.example.org:8443';
    expect(receiverErrors({ ...formOf(known), url }, known)).toEqual(['headers', 'body']);
    expect(receiverErrors({ ...formOf(known), url, headers: 'X-Key: 1', body: '{text}' }, known)).toEqual([]);
    expect(receiverErrors({ ...formOf(known), url: ' https://SMS.example.org/v2 ' }, known)).toEqual([]);
  });

  it.each<[string, Partial<typeof form>, string[]]>([
    ['no field of a valid form', {}, []],
    ['a missing name', { name: ' ' }, ['name']],
    ['an invalid URL', { url: 'example.org' }, ['url']],
    ['a label without a value', { matchers: [{ name: 'region', value: ' ' }] }, ['matchers']],
    ['invalid minutes', { afterMinutes: '-1', repeatMinutes: '1.5' }, ['afterMinutes', 'repeatMinutes']],
    ['too many minutes', { afterMinutes: '1441' }, ['afterMinutes']],
    ['a mail without recipients', { kind: 'mail' }, ['to']],
    ['two numbers for one text message', { kind: 'sms', to: '+1\n+2' }, ['to']],
    ['malformed headers', { kind: 'sms', to: '+1', headers: 'Authorization' }, ['headers']],
    ['a body without the placeholder {text}', { kind: 'sms', to: '+1', body: '{to}' }, ['body']],
  ])('marks %s', (_, change, wrong) => expect(receiverErrors({ ...form, ...change }, undefined)).toEqual(wrong));

  it('parses headers line by line', () => {
    expect(headersOf('A: 1\n\nB:  x: y ')).toEqual({ A: '1', B: 'x: y' });
    expect(headersOf('')).toEqual({});
    expect(headersOf('a b: 1')).toBeUndefined();
  });
});

describe('the form of a rule', () => {
  const rule: AlarmRule = {
    id: 'capacity',
    severity: 'critical',
    reason: '',
    limit: 0.9,
    unit: 'share',
    limitSource: '',
    forS: 60,
    clearForS: 60,
    isOff: true,
    usual: { severity: 'warning', limit: 0.8, forS: 60 },
  };

  it('sends null for defaults, and a percentage as a share', () => {
    expect(ruleForm(rule)).toEqual({ severity: 'critical', limit: '90', forS: '60', isOn: false });
    expect(ruleChange({ ...ruleForm(rule), limit: '85' }, rule)).toEqual({
      severity: 'critical',
      limit: 0.85,
      forS: null,
      isOff: true,
    });
    expect(ruleChange(usualForm(rule), rule)).toEqual({ severity: null, limit: null, forS: null, isOff: false });
    expect([isUsual(rule), isUsual({ ...rule, ...rule.usual, isOff: false })]).toEqual([false, true]);
  });

  it.each(['', 'x', '-1', 'Infinity', '1e13'])('rejects the limit %j', (limit) => {
    expect(ruleErrors({ ...ruleForm(rule), limit }, { unit: 's' })).toEqual(['limit']);
    expect(ruleErrors({ ...ruleForm(rule), forS: limit }, { unit: 's' })).toEqual(['forS']);
  });

  it('returns a limit unchanged', () => {
    for (const limit of [0, 0.05, 0.333, 1]) expect(parsedLimit(limitText(limit, 'share'), 'share')).toBe(limit);
    expect(parsedLimit('2,5', 's')).toBe(2.5);
  });
});

it('a silence lasts up to a year, in whole or broken hours', () => {
  expect(['1', '0,5', ' 48 ', '8760'].map(hoursOf)).toEqual([1, 0.5, 48, 8760]);
  for (const text of ['', '0', '-1', 'x', '8761', 'NaN']) expect(hoursOf(text)).toBeUndefined();
});

describe('an alarm of a booked room', () => {
  const watched = alarm(1, {
    subject: 'acme/mt_1 cam',
    text: 'acme/mt_1: cam is black.',
    labels: { tenant: 'acme', room: 'mt_1', identity: 'cam' },
  });

  it('names the room by its title, in its subject and its text', () => {
    const titled = titledAlarm(watched, ({ tenant, room }) => `${tenant} ${room} $& Review`);
    expect([titled.subject, titled.text]).toEqual(['acme mt_1 $& Review cam', 'acme mt_1 $& Review: cam is black.']);
  });

  it('keeps the room’s name without a title; an alarm without a room stays as it is', () => {
    expect(titledAlarm(watched, () => '')).toBe(watched);
    expect(titledAlarm(alarm(2), () => 'Review')).toEqual(alarm(2));
  });
});
