// The alert rules by Prometheus' own judge: what promtool says of the files, and of cases of series and alerts. That
// their metrics exist is a unit test (`test/unit/alerts.test.ts`).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const alerts = join(import.meta.dirname, '../../alerts');
const cases = join(import.meta.dirname, '../alert-cases');
const filesOf = (folder: string): string[] => readdirSync(folder).filter((file) => file.endsWith('.yml'));
const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');

/** Debian's package `prometheus` has it. */
function promtool(...args: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}

it('promtool takes every file', () => {
  const { status, said } = promtool('check', 'rules', ...filesOf(alerts).map((file) => join(alerts, file)));
  expect([status, said]).toEqual([0, expect.not.stringContaining('FAILED')]);
});

it.each(filesOf(cases))('alerts fire as the cases in %s say', (file) => {
  const { status, said } = promtool('test', 'rules', join(cases, file));
  expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

it('every alert of the api and of recording has a case', () => {
  const said = filesOf(cases)
    .map((file) => read(cases, file))
    .join();
  const names = ['api.yml', 'recording.yml'].flatMap((file) => [...read(alerts, file).matchAll(/alert: (\w+)/g)]);
  expect(names.length).toBeGreaterThan(10);
  for (const [, name] of names) expect(said).toContain(`"${name}"`);
});
