import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sourceDir = join(import.meta.dirname, '../../src');

/** Returns the classes that have a rule of their own outside `@media` and lists of selectors. */
function classesOf(file: string): ReadonlySet<string> {
  const styles = readFileSync(join(sourceDir, file), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  return new Set([...styles.matchAll(/(?<!,\n)^\.([\w-]+) \{/gm)].map(([, name = '']) => name));
}

it('gives each class its looks in one style sheet, since sheets of several parts are loaded together', () => {
  const sheets = globSync('**/*.css', { cwd: sourceDir });
  const owners = Map.groupBy(
    sheets.flatMap((sheet) => [...classesOf(sheet)].map((name) => ({ name, sheet }))),
    ({ name }) => name,
  );
  const shared = [...owners].filter(([, rules]) => rules.length > 1);
  expect(shared.map(([name, rules]) => `${name}: ${rules.map(({ sheet }) => sheet).join()}`)).toEqual([]);
  expect(owners.size).toBeGreaterThan(400);
});
