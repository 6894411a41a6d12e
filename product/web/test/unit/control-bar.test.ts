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

it('the button of the audience has a badge of the raised hands, which its label and that under “More” count too', () => {
  const button = source.match(
    /<IconButton(?:(?!<IconButton)[\s\S])*?data-testid="audience"[\s\S]*?<\/IconButton>/,
  )?.[0];
  expect(button).toContain('label={audienceLabel}');
  expect(button).toContain('data-testid="hands-badge"');
  const more = readFileSync(join(import.meta.dirname, '../../src/ui/more-popover.tsx'), 'utf8');
  for (const text of [source, more]) expect(text).toContain("t('control.hands', { count: hands })");
});
