// The deployment guide, block by block, on two bare Debians. Needs root: debootstrap, systemd-nspawn.
import { expect, it } from 'vitest';
import { twoServers } from '../../lab/two-servers/two-servers.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'the blocks of docs/deploy.md turn two bare servers into one cloud, with a call and RTMP',
  async () => {
    const phases = ['boot', 'guide', 'call', 'rtmp'];
    expect(await missedOf(twoServers, { guide: 'en', rtt: 160, phases })).toEqual([]);
  },
  LIMIT_MS,
);
