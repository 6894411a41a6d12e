// The operator's TURN servers, as a client is given them.
import type { IceServer } from '@meridian/node-shell';
import type { LocalSession } from './context.ts';

/**
 * With credentials that begin now. None for a session that a gateway or recorder opened: it has no WebRTC of its own,
 * and a WHIP client hears of them from its gateway.
 */
export const iceServersFor = ({
  context,
  opener,
  sessionId,
}: Pick<LocalSession, 'context' | 'opener' | 'sessionId'>): IceServer[] =>
  opener === undefined ? context.turn.serversFor(sessionId) : [];
