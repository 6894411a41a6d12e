// A call from behind a firewall that lets out TCP to 443 alone. As root: nginx, nftables, network namespaces.
import { expect, it } from 'vitest';
import { only443Case } from '../../lab/only-443/only-443.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'a client that reaches TCP 443 alone is in the call, and one that loses UDP goes on by TCP',
  async () => {
    expect(await missedOf(only443Case, {})).toEqual([]);
  },
  LIMIT_MS,
);
