import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { readText } from '../../../src/http/core/read-text.ts';

const schema = Type.Object({
  limit: Type.Integer(),
  share: Type.Number(),
  live: Type.Boolean(),
  ids: Type.Array(Type.Integer()),
  name: Type.String(),
});

describe('parameters that are text', () => {
  it.each([
    [{ limit: '5' }, { limit: 5 }],
    [{ limit: '-5' }, { limit: -5 }],
    [{ limit: '' }, { limit: '' }],
    [{ limit: '1e3' }, { limit: '1e3' }],
    [{ limit: '0x10' }, { limit: '0x10' }],
    [{ limit: '99999999999999999999' }, { limit: '99999999999999999999' }],
    [{ limit: ['1', '2'] }, { limit: ['1', '2'] }],
    [{ share: '0.25' }, { share: 0.25 }],
    [
      { live: 'true', name: 'true' },
      { live: true, name: 'true' },
    ],
    [{ live: 'false' }, { live: false }],
    [{ live: '1' }, { live: '1' }],
    [{ ids: '1' }, { ids: [1] }],
    [{ ids: ['1', 'x'] }, { ids: [1, 'x'] }],
    [{ other: '1' }, { other: '1' }],
    [{ constructor: '1' }, { constructor: '1' }],
  ])('%j is read as %j', (given, read) => {
    expect(readText(schema, given)).toEqual(read);
  });
});
