// A call from behind a firewall that lets only TCP to 443 out. Needs root: nginx, nftables, network namespaces.
import { expect, it } from 'vitest';
import { only443Case } from '../../lab/only-443/only-443.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'a client that reaches TCP 443 alone joins the call, and one that loses UDP continues by TCP',
  async () => {
    expect(await missedOf(only443Case, {})).toEqual([]);
  },
  LIMIT_MS,
);
