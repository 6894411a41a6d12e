// Fixtures of several unit tests of the service.

import { emptyParticipant, type Participant } from '@meridian/protocol';
/** Returns a participant in Frankfurt, at node n1 through signaling node d1, with default rights and no tracks. */
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
