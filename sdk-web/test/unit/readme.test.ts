import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const page = await readFile(new URL('../../examples/call.html', import.meta.url), 'utf8');
const example = /```js example=call\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

test('the README has a call in fifteen lines', () => {
  expect(example).toContain("from '@meridian/sdk-web'");
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(15);
});

test('the example page is the example of the README', () => {
  const indented = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n');
  expect(indented(page)).toContain(indented(example));
});
