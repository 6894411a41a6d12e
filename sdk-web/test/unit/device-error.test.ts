import { MeridianClientError } from '@meridian/client';
import { describe, expect, test } from 'vitest';
import { deviceError } from '../../src/media/device-error.ts';

describe('errors', () => {
  test.each([
    ['NotAllowedError', 'DEVICE_DENIED'],
    ['NotFoundError', 'DEVICE_NOT_FOUND'],
    ['NotReadableError', 'DEVICE_IN_USE'],
    ['SomethingElse', 'DEVICE_FAILED'],
  ])('from devices: %s is %s', (name, code) => {
    expect(deviceError(new DOMException('x', name))).toMatchObject({ code });
  });

  test('with a code of the SDK pass through unchanged', () => {
    const error = new MeridianClientError('TRACK_ENDED');
    expect(deviceError(error)).toBe(error);
  });
});
