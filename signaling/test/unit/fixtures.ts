// What several unit tests of the service need of a room.

import { emptyParticipant, type Participant } from '@meridian/protocol';
/**
 * A participant in Frankfurt, at node n1 through signaling node d1, that may do what needs no grant by name, and has
 * published nothing.
 */
export const person = (name: string, o: Partial<Participant> = {}): Participant => ({
  ...emptyParticipant,
  sessionId: `PA_${name}`,
  identity: name,
  name,
  nodeId: 'n1',
  signalingId: 'd1',
  region: 'fra',
  joinedWallMs: 100,
  canPublish: true,
  canSubscribe: true,
  canPublishData: true,
  ...o,
});
