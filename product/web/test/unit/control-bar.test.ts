import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = readFileSync(join(import.meta.dirname, '../../src/ui/control-bar.tsx'), 'utf8');

it('the bar of a meeting names each of its buttons, but for the red one of a phone', () => {
  const buttons = source.match(/<IconButton[\s\S]*?\n\s*>\n/g) ?? [];
  expect(buttons.length).toBeGreaterThan(8);
  const unnamed = buttons.filter((button) => !button.includes(' caption={'));
  expect(unnamed.map((button) => /data-testid="([^"]+)"/.exec(button)?.[1])).toEqual(['leave-narrow']);
});
