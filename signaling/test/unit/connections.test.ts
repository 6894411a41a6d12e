import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../src/core/index.ts';

describe('connections under the limit of open files', () => {
  const limits = { clientsMax: 1000, newcomersMax: 150, proxiedMax: 50, reserved: 100 };
  it.each<[string, number, number, number, number]>([
    ['no limit: all that are wanted', Number.POSITIVE_INFINITY, 1150, 1000, 50],
    ['just enough', 1300, 1150, 1000, 50],
    ['one too few: a client less', 1299, 1149, 999, 50],
    ['below that clients give way to newcomers', 700, 550, 400, 50],
    ['but keep half', 400, 263, 150, 37],
    ['few: a quarter is kept back', 40, 27, 15, 3],
    ['hardly any: one', 1, 1, 1, 0],
  ])('%s', (_name, openFilesMax, total, provenMax, proxiedMax) => {
    expect(sharesOf(openFilesMax, limits)).toEqual({
      direct: { total, provenMax },
      proxied: { total: proxiedMax, provenMax: Math.floor(proxiedMax / 2) },
    });
  });
});
