// Alert rules and dashboard queries by promtool: it checks the files, and cases of series and alerts. Unit tests
// (`alerts.test.ts` and `dashboards.test.ts` in `proof/test/unit/`) check that their metrics exist.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const alerts = join(import.meta.dirname, '../../alerts');
const cases = join(import.meta.dirname, '../alert-cases');
const filesOf = (folder: string): string[] => readdirSync(folder).filter((file) => file.endsWith('.yml'));
const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');

/** Runs promtool of Debian's package `prometheus`. */
function promtool(...args: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}

it('promtool accepts every file', () => {
  const { status, said } = promtool('check', 'rules', ...filesOf(alerts).map((file) => join(alerts, file)));
  expect([status, said]).toEqual([0, expect.not.stringContaining('FAILED')]);
});

it.each(filesOf(cases))('alerts fire as in the cases of %s', (file) => {
  const { status, said } = promtool('test', 'rules', join(cases, file));
  expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

it('promtool accepts every query of the dashboards', () => {
  const dashboards = join(import.meta.dirname, '../../grafana');
  const rules = readdirSync(dashboards).flatMap((file) => {
    const { panels } = JSON.parse(read(dashboards, file)) as { panels: { targets: { expr: string }[] }[] };
    const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
    return exprs.map((expr, at) => ({ record: `query:${file.replace(/\W/g, '_')}:${at}`, expr }));
  });
  expect(rules.length).toBeGreaterThan(100);
  const folder = mkdtempSync(join(tmpdir(), 'meridian-queries-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'queries.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const { status, said } = promtool('check', 'rules', file);
  expect([status, said]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
});

it('every alert of the api, of recording and of the library has a case', () => {
  const said = filesOf(cases)
    .map((file) => read(cases, file))
    .join();
  const names = ['api.yml', 'library.yml', 'recording.yml'].flatMap((file) => [
    ...read(alerts, file).matchAll(/alert: (\w+)/g),
  ]);
  expect(names.length).toBeGreaterThan(10);
  for (const [, name] of names) expect(said).toContain(`"${name}"`);
});
