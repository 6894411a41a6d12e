// The centre's reasons for decisions, and the console's Chinese texts for them.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { placementReason } from '../../../product/web/src/console/session/core/placement-reasons.ts';
import { policy } from '../../../scheduler/src/placing/core/policy.ts';

const scheduler = new URL('../../../scheduler/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, scheduler), 'utf8');
/** Returns the code without comments and imports, whose words are no reasons. */
const codeOf = (path: string): string =>
  read(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
    .replaceAll(/^import[\s\S]*?;$/gm, '');
function sampleOf(literal: string): string {
  let at = 0;
  return literal.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, () => {
    at += 1;
    return `x${at}`;
  });
}
/** Returns the texts of a file that contain a blank: sentences and parts of them. */
function saidIn(path: string): string[] {
  const literals =
    codeOf(path).match(/`(?:\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`])*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g) ?? [];
  return [...new Set(literals.map(sampleOf).filter((text) => /[a-z]{2}.* | .*[a-z]{2}/.test(text)))];
}
const englishLeft = (text: string): string[] => text.match(/\b[A-Za-z]{3,}\b/g) ?? [];

const files = [
  ...globSync('src/placing/core/{filters,scores}/*.ts', { cwd: fileURLToPath(scheduler) }),
  'src/fleet/core/distrust.ts',
  'src/placing/core/shortlist.ts',
].sort();
const rows = files.flatMap((file) => saidIn(file).map((text) => [text, file] as const));

describe('the reasons of filters, scores and modes', () => {
  it('are found for each filter and score', () => {
    const rules = [...policy.filters, ...policy.degradedFilters, ...policy.scores.map(({ rule }) => rule)];
    const silentRules = new Set(rules.map(({ name }) => name));
    for (const [, file] of rows) silentRules.delete(/([a-z-]+)\.ts$/.exec(file)?.[1] ?? '');
    // Its reason comes from scheduler/src/fleet/core/distrust.ts.
    expect([...silentRules]).toEqual(['honest']);
    expect(rows.length).toBeGreaterThan(35);
  });

  it.each(rows)('have a Chinese text: %s (%s)', (text) => {
    const chinese = placementReason(text, 'zh');
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(englishLeft(chinese).filter((word) => word !== 'CPU')).toEqual([]);
    expect(chinese.match(/x\d/g)?.toSorted() ?? []).toEqual(text.match(/x\d/g) ?? []);
    expect(placementReason(text, 'en')).toBe(text);
  });
});

describe('an explanation', () => {
  const explained = read('test/unit/golden/explanations.txt')
    .split(/^# .*$/m)
    .flatMap((one) => one.split('\n\n')[0]?.split('\n') ?? [])
    .filter((line) => line !== '');
  it.each([...new Set(explained)])('has a Chinese text: %s', (line) => {
    const names = [
      'PA_',
      'sfu',
      'sig',
      'host',
      'sgp',
      'fra',
      'dbip',
      'city',
      'Singapore',
      'single',
      'direct',
      'relay',
      'try',
    ];
    const rules = [...policy.filters, ...policy.scores.map(({ rule }) => rule)].flatMap(({ name }) => name.split('-'));
    const chinese = placementReason(line, 'zh');
    expect(chinese).not.toBe(line);
    const known = new Set([...names, ...rules, 'CPU']);
    expect(englishLeft(chinese).filter((word) => !known.has(word))).toEqual([]);
  });

  // A text of placeholders alone has no words to translate.
  const moves = ['drains.ts', 'room-moves.ts']
    .flatMap((file) => [...codeOf(`src/moving/${file}`).matchAll(/(?:reason|clientReason)(?: =|:) (`[^`]*`)/g)])
    .map(([, text = '']) => sampleOf(text))
    .filter((text) => /[a-z]{2} /.test(text));
  const waited = 'waited 812 ms for the fleet after a start of the centre';
  const otherLines = [
    ...[`${waited}: 4 of 4 media nodes were back`, `${waited}, whose store remembered no nodes`],
    `${waited}: 3 of 4 media nodes were back, not n1`,
    'waited 900 ms for its turn: region x1 has more joins than it takes at once',
    'n1 in x1 was not charged: no process places there just now; n2 in x2 was not charged: refused there',
    'the address is known to x1; the city it named was ignored (development only)',
    'n1 is drained: asked for by an operator',
    'View 1; room held by n1, n2: 2 at n1 (round trip 12 ms), 1 at n2 (round trip 9 ms); seed 7.',
    'Chosen: n1 on host h1, where g1 is, which opened the session.',
  ];
  it.each([...moves, ...otherLines])('has its parts in Chinese: %s', (text) => {
    const chinese = placementReason(text, 'zh');
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(englishLeft(chinese).filter((word) => word !== 'single')).toEqual([]);
  });
  // Lines that may have words in place of a name are covered by the examples below.
  const planned = saidIn('src/administration/room-plan.ts').filter(
    (text) => /[.]$/.test(text) && !/[a-z)]x\d|: x\d, x\d ms| x\d x\d/.test(text),
  );
  it.each(planned)('about a room has a Chinese text: %s', (text) => {
    const chinese = placementReason(text, 'zh');
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(englishLeft(chinese)).toEqual([]);
  });
  it.each([
    'Room x1: 3 in it, on 2 hosts; mode direct (default), to which it is being changed; n1 owns it under epoch 4.',
    'Room x1: 1 in it, on 1 host; mode direct (default); it has no owner now.',
    'x1, taken to be in x2, at n1 (x3), round trip about 12 ms; why: decision x4.',
    'x1, taken to be in x2, at n1 (x3), round trip not known.',
    'x1 at n1 (x2); where it is itself is not known since this centre leads; why: decision x4.',
    'x1 at n1 (x2); where it is itself is not known since this centre leads.',
    'n1 to n2: by way of x1, 21 ms one way.',
    'n1 to n2: direct, 21 ms one way.',
    '12 s ago: x1 from n1 to n2: failed (TIMEOUT); n1 is drained: asked for by an operator.',
  ])('about a room has its parts in Chinese: %s', (text) => {
    expect(
      englishLeft(placementReason(text, 'zh')).filter((word) => !/^(direct|default|failed|TIMEOUT)$/.test(word)),
    ).toEqual([]);
  });
  it('has the lines of a room', () => expect(planned.length).toBeGreaterThan(10));

  it('has the reasons of moves', () => expect(moves.length).toBeGreaterThan(3));

  it("keeps an operator's words, and a later centre's unknown reasons", () => {
    expect(placementReason('draining: disk of rack 7 (hot)', 'zh')).toBe('正在退出服务：disk of rack 7 (hot)');
    expect(placementReason('is too blue', 'zh')).toBe('is too blue');
    expect(placementReason('', 'zh')).toBe('');
  });

  it('rejects a long unknown text in little time', () => {
    const from = performance.now();
    placementReason(`a at b (round trip ${'1 ms), 2 at c (round trip '.repeat(200)}`, 'zh');
    placementReason('x × y ( + '.repeat(200), 'zh');
    expect(performance.now() - from).toBeLessThan(5000);
  });
});
