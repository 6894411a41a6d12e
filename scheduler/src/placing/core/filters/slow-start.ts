// A fresh node takes a growing share of its capacity. Where there is no other node, it takes all (place.ts).
import type { Filter } from '../rules.ts';
import { inFlightMax, slowStartSessions } from '../slow-start.ts';
import { sessionsCharged } from '../view.ts';
import { sessionsMax } from './capacity.ts';

export const slowStart: Filter = {
  name: 'slow-start',
  reject({ nowMs }, _want, node) {
    if (node.freshSinceMs === undefined) return undefined;
    const sessionsLimit = sessionsMax(node);
    const sessionsNow = slowStartSessions(node, sessionsLimit, nowMs);
    const sessions = sessionsCharged(node);
    if (sessions >= sessionsNow) {
      return { reason: `${sessions} sessions charged, takes ${sessionsNow} so soon after its start`, retryable: true };
    }
    if (node.sessionsAssumed >= inFlightMax(node, sessionsLimit, nowMs)) {
      return {
        reason: `${node.sessionsAssumed} sessions are on their way to it, so soon after its start`,
        retryable: true,
      };
    }
    return undefined;
  },
};
