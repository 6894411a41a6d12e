import { describe, expect, test } from 'vitest';
import { errorFromWire } from '../../src/errors.ts';

describe('errors', () => {
  test('of the service keep their code; an unknown code becomes INTERNAL and stays in the text', () => {
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
