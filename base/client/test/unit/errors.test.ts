import { describe, expect, test } from 'vitest';
import { errorFromWire, MeridianClientError } from '../../src/errors.ts';

describe('errors', () => {
  test('of the service keep their code; an unknown code becomes INTERNAL and stays in the text', () => {
    expect(errorFromWire({ code: 'ROOM_FULL', message: '', retryable: true, retryAfterMs: 900 })).toMatchObject({
      code: 'ROOM_FULL',
      message: 'The room has reached its limit.',
      retryable: true,
      retryAfterMs: 900,
      advice: 'Ask the host for more places, or wait until a participant leaves.',
    });
    expect(errorFromWire({ code: 'BRAND_NEW', message: 'x', retryable: false })).toMatchObject({
      code: 'INTERNAL',
      retryable: false,
      message: 'BRAND_NEW: x',
    });
  });

  test('have advice for the person who sees them, where there is something to do', () => {
    expect(new MeridianClientError('DEVICE_DENIED').advice).toMatch(/^Allow the device/);
    expect(new MeridianClientError('TOKEN_EXPIRED').advice).toBe('Ask the host for a new link.');
    expect(new MeridianClientError('TRACK_ENDED').advice).toBe('');
  });
});
