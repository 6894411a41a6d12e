import { describe, expect, it } from 'vitest';
import { cellText, facts, table } from '../../src/core/table.ts';

describe('a table', () => {
  it('has columns as wide as their widest cell, also in Chinese', () => {
    expect(
      table(
        ['name', 'in', 'sid'],
        [
          ['demo', 2, 'RM_1'],
          ['周会', 10, ''],
        ],
      ),
    ).toBe(['NAME  IN  SID', 'demo  2   RM_1', '周会  10  -'].join('\n'));
    expect(table(['a'], [])).toBe('A');
  });

  it('shortens long cells, except in the last column', () => {
    const long = 'x'.repeat(100);
    expect(table(['a', 'b'], [[long, long]]).split('\n')[1]).toBe(`${'x'.repeat(59)}…  ${long}`);
  });

  it('removes control characters from foreign texts', () => {
    expect(cellText('\u001b[31mred\u0007\n\u202Eevil\u2028')).toBe('·[31mred···evil·');
    expect(facts({ name: 'a\nb', locked: true, open: false, none: undefined })).toBe(
      ['name    a·b', 'locked  yes', 'open    -', 'none    -'].join('\n'),
    );
  });
});
