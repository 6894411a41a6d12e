// Compares the alert rules of infra/alerts with the services' metrics: Prometheus' own grammar parses every rule, every
// metric and label is in the registry of some service, and every alert has its line in the runbook. Nothing here lists
// a metric.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { refusalOf } from '../../../product/api/src/quality/core/joins.ts';
import { knownSeries, selectorsOf, unknownNames } from '../support/promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}
const repository = join(import.meta.dirname, '../../..');
const folder = join(repository, 'infra/alerts');
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
const rules = files.flatMap((file) => {
  const { groups } = parse(readFileSync(join(folder, file), 'utf8'), { strict: true }) as {
    groups: { rules: Rule[] }[];
  };
  return groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, file })));
});

const series = knownSeries();

describe('the grammar', () => {
  test.each(['sum(rate(x[5m])', 'x >', 'x{a="b"', 'rate(x[])', ''])('finds the fault in %j', (expr) => {
    expect(() => selectorsOf(expr)).toThrow('syntax error');
  });

  test('finds every metric and its matchers', () => {
    expect(selectorsOf('sum by (a) (rate(x_total{b="c"}[5m])) > 2 * y or vector(0)')).toEqual([
      { metric: 'x_total', labels: [{ name: 'b', value: 'c' }] },
      { metric: 'y', labels: [] },
    ]);
  });
});

test.each([
  ['none_total', ['none_total is in no service']],
  ['sum(meridian_sfu_rooms{region="x"})', ['meridian_sfu_rooms has no label region']],
  ['sum by (kind) (meridian_sfu_rooms)', ['meridian_sfu_rooms has no label kind to be summed by']],
  ['sum by (instance) (rate(meridian_signaling_joins_total{result="OK"}[5m])) > 1', []],
  ['histogram_quantile(0.9, sum by (le) (rate(meridian_scheduler_decision_ms_bucket[5m])))', []],
])('unknown metrics and labels of %s are found', (expr, faults) => {
  expect(unknownNames(expr, series)).toEqual(faults);
});

describe.each(rules)('$file $alert', ({ alert, expr, for: hold, labels, annotations }) => {
  test('selects metrics that some service exports, by labels that they have', () => {
    expect(selectorsOf(expr).length).toBeGreaterThan(0);
    expect(unknownNames(expr, series)).toEqual([]);
  });

  test('has a summary and an advice in both languages', () => {
    expect(hold).toMatch(/^\d+[smh]$/);
    expect(Object.keys(labels)).toEqual(['severity']);
    expect(['warning', 'critical']).toContain(labels['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'summary_zh', 'description_zh', 'runbook']);
    for (const text of [annotations['summary'], annotations['description']]) expect(text).toMatch(/^[ -~]{10,}$/);
    for (const text of [annotations['summary_zh'], annotations['description_zh']])
      expect(text).toMatch(/\p{Script=Han}{4,}/u);
    const [page = '', anchor = ''] = (annotations['runbook'] ?? '').split('#');
    expect(anchor).toBe(alert.toLowerCase());
    const section = readFileSync(join(repository, page), 'utf8')
      .split(/^### /m)
      .find((text) => text.startsWith(`${alert}\n`));
    expect(section).toMatch(/\nFirst: .{20,}/);
  });
});

test('an alert has one name, and the runbook has no section of a removed alert', () => {
  const names = rules.map((rule) => rule.alert);
  expect(new Set(names).size).toBe(names.length);
  const sections = [...readFileSync(join(repository, 'docs/runbook.md'), 'utf8').matchAll(/^### (\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(sections.sort()).toEqual(names.sort());
});

test('joins that an alert counts as failed by the cloud are those of the api’s alarm', () => {
  const [failed] = rules
    .filter(({ alert }) => alert === 'SignalingNodeFailsJoins')
    .flatMap(({ expr }) => selectorsOf(expr))
    .flatMap(({ labels }) => labels);
  for (const code of failed?.value.split('|') ?? ['']) expect([code, refusalOf(code)]).toEqual([code, 'cloud']);
  // The share is relative to all attempts.
  expect(rules.find(({ alert }) => alert === 'SignalingNodeFailsJoins')?.expr).toContain(`"OK|${failed?.value}"`);
});

test('error codes that a rule names exist', () => {
  const named = rules
    .flatMap(({ expr }) => selectorsOf(expr))
    .flatMap(({ labels }) => labels)
    .filter(({ name }) => name === 'result')
    .flatMap(({ value }) => value.split('|'));
  expect(named.length).toBeGreaterThan(0);
  // Joins have two codes of their own.
  for (const code of named) expect(['OK', 'RESUMED', ...Object.keys(errorCodes)]).toContain(code);
});
