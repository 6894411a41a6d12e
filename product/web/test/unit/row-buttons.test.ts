// Buttons in the rows of tables have names that say which row they are of. Node does not load components, so the test
// reads their sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../src');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));
/** Cells of columns without a title, which hold a row's buttons. */
const CELL = /title: '',\s*cell: [\s\S]*?\n {2,4}\};?,?\n/g;
/** Ends at the `>` of the tag, not at that of an arrow. */
const BUTTON = /<(?:button|a|IconButton)\s[\s\S]*?[^=]>/g;

it('each button of a row is named by its row', () => {
  const cells = sources.flatMap((text) => text.match(CELL) ?? []);
  expect(cells.length).toBeGreaterThan(5);
  const buttons = cells.flatMap((cell) => cell.match(BUTTON) ?? []);
  expect(buttons.length).toBeGreaterThan(4);
  expect(buttons.filter((tag) => !/(aria-)?label=\{(words\.)?say\('\w+', /.test(tag))).toEqual([]);
});
