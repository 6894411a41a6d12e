// Calls through coturn as the guide configures it. Needs root: coturn, certutil, network namespaces.
import { expect, it } from 'vitest';
import { turn } from '../../lab/turn/turn.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'a client that reaches only a TURN server joins the call by UDP, TCP and TLS; forbidden peers are refused',
  async () => {
    expect(await missedOf(turn, {})).toEqual([]);
  },
  LIMIT_MS,
);
