// The operator's TURN servers for a client.
import type { IceServer } from '@meridian/node-shell';
import { isCheckRoom } from '@meridian/protocol';
import { bounds } from '../limits.ts';
import type { LocalSession } from './context.ts';

/**
 * Returns servers with credentials that begin now; those for a connection check end with it. A session that an opener
 * opened gets no servers: it has no WebRTC of its own, and a WHIP client gets its servers from the gateway.
 */
export const iceServersFor = ({
  context,
  opener,
  sessionId,
  room,
}: Pick<LocalSession, 'context' | 'opener' | 'sessionId' | 'room'>): IceServer[] => {
  if (opener !== undefined) return [];
  return context.turn.serversFor(sessionId, isCheckRoom(room.roomKey) ? bounds.checkLifeMs : undefined);
};
