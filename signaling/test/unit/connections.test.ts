import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../src/core/index.ts';

describe('connections under the limit of open files', () => {
  const limits = { clientsMax: 1000, newcomersMax: 150, proxiedMax: 50, reserved: 100 };
  it.each<[string, number, number, number, number]>([
    ['are as many as configured without a limit', Number.POSITIVE_INFINITY, 1150, 1000, 50],
    ['are as many as configured under a limit that just suffices', 1300, 1150, 1000, 50],
    ['are one client fewer under a limit of one file fewer', 1299, 1149, 999, 50],
    ['are fewer clients, but all the newcomers, under a smaller limit', 700, 550, 400, 50],
    ['are at least half clients', 400, 263, 150, 37],
    ['leave a quarter of few files to others', 40, 27, 15, 3],
    ['are at least one', 1, 1, 1, 0],
  ])('%s', (_name, openFilesMax, total, provenMax, proxiedMax) => {
    expect(sharesOf(openFilesMax, limits)).toEqual({
      direct: { total, provenMax },
      proxied: { total: proxiedMax, provenMax: Math.floor(proxiedMax / 2) },
    });
  });
});
