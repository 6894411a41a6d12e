// Versions N and N + 1 of the protocol work together. Routers of different versions cannot pipe to each other, so a
// room keeps the version that it was started on; a new room starts on the centre's own version or a neighbouring
// version.
import type { Filter } from '../rules.ts';

export const version = {
  name: 'version',
  reject({ room }, want, node) {
    if (Math.abs(node.protocolVersion - want.protocolVersion) > 1) {
      const reason = `speaks protocol ${node.protocolVersion}, the room's signaling node ${want.protocolVersion}`;
      return { reason, retryable: false };
    }
    const bound = room.routerVersion;
    if (bound !== undefined && node.routerVersion !== bound) {
      return { reason: `has router version ${node.routerVersion}, the room runs on ${bound}`, retryable: false };
    }
    if (bound === undefined && Math.abs(node.routerVersion - want.routerVersion) > 1) {
      const reason = `has router version ${node.routerVersion}, wanted is ${want.routerVersion}`;
      return { reason, retryable: false };
    }
    return undefined;
  },
} satisfies Filter;
