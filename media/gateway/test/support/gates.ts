import { ConnectionGate } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import { type Gates, httpLimits, rtmpLimits } from '../../src/gates.ts';

export function gatesOf(clock: Clock): Gates {
  const common = { trustedProxies: [], clock };
  return {
    http: new ConnectionGate({ ...common, limits: httpLimits }),
    rtmp: new ConnectionGate({ ...common, limits: rtmpLimits }),
  };
}
