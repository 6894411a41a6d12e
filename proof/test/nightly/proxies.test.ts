// Needs root: nginx, Caddy, network namespaces.
import { expect, it } from 'vitest';
import { frontNames } from '../../lab/proxies/fronts.ts';
import { proxies } from '../../lab/proxies/proxies.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it.each(frontNames)(
  'through %s by its example pass a call, bodies and streams; no made-up address is believed',
  async (name) => {
    expect(await missedOf(proxies, { fronts: [name] })).toEqual([]);
  },
  LIMIT_MS,
);
