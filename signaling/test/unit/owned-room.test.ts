// A room at its owner, with signaling nodes and media nodes that do nothing.
import { emptyPolicy, type RosterEvent } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Roster } from '../../src/core/index.ts';
import { OwnedRoom, type OwnedRoomOptions } from '../../src/owner/owned-room.ts';
import { person } from './fixtures.ts';

const options = {
  room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
  clock: new ManualClock(),
  log: createLogger({ name: 'test', level: 'silent' }),
  rng: seededRng('owned-room'),
  fleet: () => new Map([['n2', { region: 'sgp' }]]),
  counted: { move: () => undefined },
  nodes: { hold: () => undefined, release: () => undefined },
  policy: emptyPolicy,
  isPolicyKnown: true,
  onPolicyChanged: () => undefined,
  isPolicyPending: () => false,
  fence: undefined,
};
const joining = { takeover: false, manualSubscribe: true, adoption: 0, fence: '', policyVersion: 0 };

it('a cohost changes the room, through its own signaling node only, and every signaling node is told', () => {
  const told: string[] = [];
  const room = new OwnedRoom({
    ...options,
    roster: new Roster(1),
    signalingNodes: {
      events: (signalingId: string, _room: unknown, events: RosterEvent[]) =>
        told.push(...events.map(({ seq, change }) => `${signalingId} ${seq} ${change.type}`)),
    },
  } as unknown as OwnedRoomOptions);
  room.join('d1', { ...joining, participant: person('ann', { admin: true }) });
  room.join('d2', { ...joining, participant: person('bob', { signalingId: 'd2' }) });
  const refused = (code: string) => expect.objectContaining({ code });
  expect(() => room.act('d2', 'PA_bob', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('NOT_PERMITTED'),
  );
  expect(() => room.act('d2', 'PA_ann', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('SESSION_UNKNOWN'),
  );
  expect(() => room.act('d1', 'PA_gone', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('PARTICIPANT_UNKNOWN'),
  );
  told.length = 0;
  room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'open', expectedVersion: undefined });
  room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'open', expectedVersion: undefined });
  expect(told).toEqual(['d1 3 roomChanged', 'd2 3 roomChanged']);
  expect(room.snapshot().info).toMatchObject({ metadata: 'open', version: 1 });
  room.close();
  expect(() => room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'shut', expectedVersion: undefined })).toThrow(
    refused('ROOM_OWNER_LOST'),
  );
});

it('somebody who is renamed by a signaling node that does not know yet that he has been moved stays at his new node', () => {
  const room = new OwnedRoom({
    ...options,
    roster: new Roster(1),
    signalingNodes: { events: () => undefined, order: () => undefined },
  } as unknown as OwnedRoomOptions);
  room.join('d1', { ...joining, participant: person('ann') });
  room.moved('d1', { sessionId: 'PA_ann', fromNodeId: 'n1', toNodeId: 'n2' });
  room.update('d1', person('ann', { name: 'Anne' }));
  expect(room.snapshot().participants).toMatchObject([{ name: 'Anne', nodeId: 'n2', region: 'sgp' }]);
  room.close();
});
