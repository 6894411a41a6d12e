// A room at its owner, with signaling nodes and media nodes that do nothing.
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Bans, Roster } from '../../src/core/index.ts';
import { OwnedRoom, type OwnedRoomOptions } from '../../src/owner/owned-room.ts';
import { person } from './fixtures.ts';

it('somebody who is renamed by a signaling node that does not know yet that he has been moved stays at his new node', () => {
  const room = new OwnedRoom({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
    roster: new Roster(1),
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('owned-room'),
    fleet: () => new Map([['n2', { region: 'sgp' }]]),
    counted: { move: () => undefined },
    nodes: { hold: () => undefined, release: () => undefined },
    signalingNodes: { events: () => undefined, order: () => undefined },
    bans: new Bans(1),
    fence: undefined,
  } as unknown as OwnedRoomOptions);
  room.join('d1', { participant: person('ann'), takeover: false, manualSubscribe: true, adoption: 0, fence: '' });
  room.moved('d1', { sessionId: 'PA_ann', fromNodeId: 'n1', toNodeId: 'n2' });
  room.update('d1', person('ann', { name: 'Anne' }));
  expect(room.snapshot().participants).toMatchObject([{ name: 'Anne', nodeId: 'n2', region: 'sgp' }]);
  room.close();
});
