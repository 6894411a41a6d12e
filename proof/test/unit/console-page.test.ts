import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { qualityThresholds } from '../../../base/protocol/src/quality-rating.ts';
import { HISTORY_KEPT_MS } from '../../../product/api/src/history/sampling.ts';
import { UPLOADS_KEPT_MS } from '../../../product/api/src/library/upkeep.ts';
import { STARTS_KEPT_DAYS } from '../../../product/api/src/library/watch-rows.ts';
import { JOIN_HOURS_KEPT_MS, JOIN_MINUTES_KEPT_MS } from '../../../product/api/src/quality/joins.ts';
import { KEPT_MS } from '../../../product/api/src/quality/rolling-up.ts';
import { usualRetention } from '../../../product/api/src/retention/core/settings.ts';
import { SUMS_KEPT_MS } from '../../../product/api/src/sla/media-hours.ts';
import { linkThresholds, loadThresholds } from '../../../product/web/src/console/core/levels.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/console.md'), 'utf8');
function rowsOf(title: string): string[][] {
  const [, part = ''] = page.split(`## ${title}\n`);
  const rows = (part.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}
const percent = (share: number): string => `${Number((100 * share).toFixed(3))} %`;

it('docs/console.md has the limits of strong, medium and weak', () => {
  const { excellentR, goodR, goodFrozen, poorFrozen } = qualityThresholds;
  expect(rowsOf('Strong, medium, weak')).toEqual([
    ['strong', `at least ${excellentR}`, `at most ${percent(goodFrozen)}`],
    ['medium', `at least ${goodR}`, `at most ${percent(poorFrozen)}`],
    ['weak', 'less', 'more'],
  ]);
});

it('docs/console.md has the limits of the colours', () => {
  const { fairRttMs, badRttMs, fairLoss, badLoss } = linkThresholds;
  const { fair, bad } = loadThresholds;
  const limits = (word: string, [rtt, loss, load]: readonly [number, number, number]): string[] => [
    `${word} ${rtt} ms`,
    `${word} ${percent(loss)}`,
    `${word} ${percent(load)}`,
  ];
  expect(rowsOf('Colours').map(([, ...cells]) => cells)).toEqual([
    limits('below', [fairRttMs, fairLoss, fair]),
    limits('from', [fairRttMs, fairLoss, fair]),
    limits('from', [badRttMs, badLoss, bad]),
  ]);
});

it('docs/console.md has the retention times', () => {
  const joins = [JOIN_MINUTES_KEPT_MS, JOIN_HOURS_KEPT_MS];
  const kept = [...Object.values(KEPT_MS), ...joins, ...Object.values(HISTORY_KEPT_MS), SUMS_KEPT_MS];
  const { libraryDays, watchesDays, deliveriesDays } = usualRetention;
  const ofLibrary = [libraryDays, UPLOADS_KEPT_MS / 86_400_000, watchesDays, STARTS_KEPT_DAYS, deliveriesDays];
  const days = [...kept.map((ms) => ms / 86_400_000), ...ofLibrary].map(String);
  expect(rowsOf('How long what is kept').map(([, cell]) => cell)).toEqual(days);
});
