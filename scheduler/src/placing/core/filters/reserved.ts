// Seats kept for booked rooms are free for these rooms only.
import type { Filter } from '../rules.ts';
import { sessionsCharged } from '../view.ts';
import { sessionsMax } from './capacity.ts';

export const reserved: Filter = {
  name: 'reserved',
  meansFull: true,
  reject({ room }, _want, node) {
    if (node.sessionsReserved === 0) return undefined;
    const ownSeats = room.reserved?.find(({ nodeId }) => nodeId === node.nodeId)?.sessions ?? 0;
    const others = node.sessionsReserved - ownSeats;
    const sessions = sessionsCharged(node);
    const sessionsLimit = sessionsMax(node);
    if (sessions + others < sessionsLimit) return undefined;
    return {
      reason: `${sessions} sessions charged and ${others} kept for booked rooms, carries ${sessionsLimit}`,
      retryable: true,
    };
  },
};
