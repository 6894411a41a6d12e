// Calls by the coturn of the guide. As root: coturn, certutil, network namespaces.
import { expect, it } from 'vitest';
import { turn } from '../../lab/turn/turn.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'a client that reaches a TURN server alone is in the call by UDP, TCP and TLS; what it may not is refused',
  async () => {
    expect(await missedOf(turn, {})).toEqual([]);
  },
  LIMIT_MS,
);
