import { expect, it } from 'vitest';
import { fuzzRtmp } from '../fuzz/rtmp.ts';

it('mutants of real sessions are read or refused, and some reach the media', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { ends, units } = fuzzRtmp(1000, seed);
  expect(units, `seed ${seed}`).toBeGreaterThan(0);
  for (const end of ['open', 'INVALID', 'TOO_LARGE']) expect([...ends.keys()], `seed ${seed}`).toContain(end);
});
