import { describe, expect, it } from 'vitest';
import { alertsOf, contentOf, smsBodyOf, smsOf, subjectOf, textOf } from '../../../src/alarms/core/content.ts';
import type { Entry, JudgeState } from '../../../src/alarms/core/judge.ts';
import { type NoticeInput, noticesOf, type Receiver } from '../../../src/alarms/core/notices.ts';

const MINUTE_MS = 60_000;
const entry = (alarm: number, o: Partial<Entry> = {}): Entry => ({
  rule: 'node-lost',
  source: 'centre',
  subject: `n${alarm}`,
  severity: 'critical',
  phase: 'firing',
  sinceMs: 0,
  value: 1,
  limit: 0,
  text: `sfu n${alarm} is silent.`,
  labels: { region: 'eu' },
  alarm,
  firedMs: 0,
  inhibitedBy: '',
  informed: {},
  ...o,
});
const stateOf = (atMs: number, ...entries: Entry[]): JudgeState => ({
  atMs,
  alarms: entries.length,
  entries: Object.fromEntries(entries.map((one) => [`${one.rule} ${one.subject}`, one])),
});
const receiver = (o: Partial<Receiver> = {}): Receiver => ({
  id: 'r',
  severity: 'warning',
  matchers: [],
  afterMs: 0,
  repeatMs: 0,
  ...o,
});
const inputWith = (o: Partial<NoticeInput> = {}): NoticeInput => ({
  transitions: [],
  receivers: [receiver()],
  silences: [],
  acknowledged: new Set(),
  wallMs: 1000,
  ...o,
});
const messagesFor = (state: JudgeState, o: Partial<NoticeInput> = {}) =>
  noticesOf(state, inputWith(o)).notices.map(({ receiver: id, items }) =>
    [id, ...items.map(({ kind, entry: { subject } }) => `${kind} ${subject}`)].join(' '),
  );
const silence = (value: string) => ({ matchers: [{ name: 'subject', value }], startsMs: 0, endsMs: 2000 });

describe('a receiver', () => {
  it('gets all alarms that fire together in one message, and each alarm once', () => {
    const first = noticesOf(stateOf(0, entry(1), entry(2)), inputWith());
    expect(first.notices.map(({ items }) => items.length)).toEqual([2]);
    expect(messagesFor({ ...first.state, atMs: MINUTE_MS })).toEqual([]);
  });

  it.each<[what: string, of: Partial<Entry>, o: Partial<NoticeInput>]>([
    ['is pending', { alarm: 0, phase: 'pending' }, {}],
    ['is about to end', { phase: 'clearing' }, {}],
    ['is inhibited by its cause', { inhibitedBy: 'host-lost h' }, {}],
    ['is silenced', {}, { silences: [silence('n1')] }],
    ['has too low a severity', { severity: 'info' }, {}],
    ['does not match the receiver', {}, { receivers: [receiver({ matchers: [{ name: 'region', value: 'ap' }] })] }],
  ])('is not informed of an alarm that %s', (_, of, o) => {
    expect(messagesFor(stateOf(0, entry(1, of)), o)).toEqual([]);
  });

  it('is informed of alarms that a silence does not match, and of the others when it ends', () => {
    const silences = [silence('n1')];
    expect(messagesFor(stateOf(0, entry(1), entry(2)), { silences })).toEqual(['r fired n2']);
    expect(messagesFor(stateOf(0, entry(1)), { silences, wallMs: 2000 })).toEqual(['r fired n1']);
  });

  it('is informed only of the end of alarms that it was informed of', () => {
    const cleared = (one: Entry) => ({ kind: 'cleared' as const, key: '', entry: one });
    const transitions = [cleared(entry(1, { informed: { r: 0 } })), cleared(entry(2))];
    expect(messagesFor(stateOf(0), { transitions })).toEqual(['r cleared n1']);
  });

  it('with escalation is informed of alarms that were not acknowledged in time', () => {
    const receivers = [receiver({ afterMs: 5 * MINUTE_MS })];
    expect(messagesFor(stateOf(5 * MINUTE_MS - 1, entry(1)), { receivers })).toEqual([]);
    expect(messagesFor(stateOf(5 * MINUTE_MS, entry(1)), { receivers })).toEqual(['r fired n1']);
    expect(messagesFor(stateOf(5 * MINUTE_MS, entry(1)), { receivers, acknowledged: new Set([1]) })).toEqual([]);
  });

  it('is informed again after its interval, unless the alarm is acknowledged; Alertmanager always is', () => {
    const informed = entry(1, { informed: { r: 0 } });
    const receivers = [receiver({ repeatMs: MINUTE_MS })];
    expect(messagesFor(stateOf(MINUTE_MS - 1, informed), { receivers })).toEqual([]);
    expect(messagesFor(stateOf(MINUTE_MS, informed), { receivers })).toEqual(['r repeated n1']);
    const acknowledged = new Set([1]);
    expect(messagesFor(stateOf(MINUTE_MS, informed), { receivers, acknowledged })).toEqual([]);
    const always = [receiver({ repeatMs: MINUTE_MS, repeatsAcknowledged: true })];
    expect(messagesFor(stateOf(MINUTE_MS, informed), { receivers: always, acknowledged })).toEqual(['r repeated n1']);
  });
});

describe('Alertmanager', () => {
  it('gets all alarms again, each once, since it resolves an alarm that is missing', () => {
    const alarms = Array.from({ length: 250 }, (_, at) => entry(at + 1, { informed: { r: 0 } }));
    const receivers = [receiver({ repeatMs: MINUTE_MS, repeatsAcknowledged: true })];
    const { notices } = noticesOf(stateOf(MINUTE_MS, ...alarms), inputWith({ receivers }));
    const sent = notices.flatMap((notice) => contentOf(notice, 0).items.map(({ alarm }) => alarm));
    expect([sent.length, new Set(sent).size]).toEqual([250, 250]);
  });
});

describe('a message', () => {
  const content = (...items: ['fired' | 'repeated' | 'cleared', Entry][]) =>
    contentOf({ receiver: 'r', items: items.map(([kind, one]) => ({ kind, entry: one })) }, Date.UTC(2027, 0, 4));

  it('lists firing alarms first, and marks ended ones as over', () => {
    expect(subjectOf(content(['fired', entry(1)]))).toBe('[critical] node-lost: n1');
    expect(subjectOf(content(['cleared', entry(1)]))).toBe('[over] node-lost: n1');
    const both = content(['fired', entry(1, { severity: 'warning' })], ['cleared', entry(2, { severity: 'info' })]);
    expect(subjectOf(both)).toBe('[warning] 2 alarms, node-lost first');
    expect(textOf(both)).toBe('warning: sfu n1 is silent.\ninfo: over: sfu n2 is silent.\n');
  });

  it('lists the worst alarms first even if they came last, since a text message has three lines', () => {
    const infoItems = Array.from({ length: 120 }, (_, at): ['fired', Entry] => [
      'fired',
      entry(at, { severity: 'warning' }),
    ]);
    const contentOfMany = content(['cleared', entry(998)], ...infoItems, ['fired', entry(999)]);
    expect(subjectOf(contentOfMany)).toBe('[critical] 122 alarms, node-lost first');
    expect(smsOf(contentOfMany).split('\n').slice(0, 2)).toEqual([
      'critical: sfu n999 is silent.',
      'warning: sfu n0 is silent.',
    ]);
  });

  it('of 150 alarms lists 100 and counts the rest; a text message lists three', () => {
    const many = content(...Array.from({ length: 150 }, (_, at): ['fired', Entry] => ['fired', entry(at + 1)]));
    expect([many.items.length, many.more]).toEqual([100, 50]);
    expect(textOf(many)).toContain('… and 50 more.');
    expect(smsOf(many).split('\n').at(-1)).toBe('and 147 more.');
  });

  it.each([
    ['application/json', '{"t":"{text}","to":"{to}"}', '{"t":"a \\"b\\"\\n{to}","to":"+49"}'],
    ['application/x-www-form-urlencoded', 't={text}&to={to}', 't=a%20%22b%22%0A%7Bto%7D&to=%2B49'],
    ['text/plain', '{to}: {text}', '+49: a "b"\n{to}'],
  ])('to a provider is encoded as %s', (type, template, expected) => {
    expect(smsBodyOf(template, type, { to: '+49', text: 'a "b"\n{to}' })).toBe(expected);
  });

  it('to Alertmanager has the end of an ended alarm, and for a firing alarm an end after the next repetition', () => {
    const started = new Map([['al_1', Date.UTC(2027, 0, 3)]]);
    const [first, second] = JSON.parse(alertsOf(content(['fired', entry(1)], ['cleared', entry(2)]), started));
    expect(first).toEqual({
      labels: { alertname: 'node-lost', severity: 'critical', subject: 'n1', region: 'eu' },
      annotations: { summary: 'sfu n1 is silent.', alarm: 'al_1' },
      startsAt: '2027-01-03T00:00:00.000Z',
      endsAt: '2027-01-04T00:03:00.000Z',
    });
    expect(second.endsAt).toBe('2027-01-04T00:00:00.000Z');
  });
});
