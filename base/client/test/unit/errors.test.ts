import { describe, expect, test } from 'vitest';
import { errorFromWire } from '../../src/errors.ts';

describe('errors', () => {
  test('of the service keep their code; one of a later version becomes INTERNAL and keeps its name', () => {
    expect(errorFromWire({ code: 'ROOM_FULL', message: '', retryable: true, retryAfterMs: 900 })).toMatchObject({
      code: 'ROOM_FULL',
      message: 'The room has reached its limit.',
      retryable: true,
      retryAfterMs: 900,
    });
    expect(errorFromWire({ code: 'BRAND_NEW', message: 'x', retryable: false })).toMatchObject({
      code: 'INTERNAL',
      retryable: false,
      message: 'BRAND_NEW: x',
    });
  });
});
