import { expect, it } from 'vitest';
import { FlvInput } from '../../src/room/flv-input.ts';

it('refuses what comes of a publication that sends too much', () => {
  const input = new FlvInput({} as never, {} as never, { isExcessive: true } as never);
  const refusal = { code: 'RATE_LIMITED', description: 'more than 50 Mbit/s are not taken' };
  expect(input.write('video', 0, new Uint8Array(0))).toEqual(refusal);
});
