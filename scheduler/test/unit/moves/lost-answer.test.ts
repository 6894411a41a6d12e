import { expect, test } from 'vitest';
import { RoomWorld } from '../support/room-world.ts';

test('a moved session stays charged at its node when the answer about its move fails', async () => {
  const world = await RoomWorld.start({ frankfurt: 1, paris: 1 });
  const lost = Promise.withResolvers<void>();
  world.answering = () => lost.promise;
  const { sessionId } = await world.join('t/room', { frankfurt: 10, paris: 10 });
  const from = world.centre.moves.nodeOf(sessionId, 't/room');
  const to = from === 'sfu-paris-1' ? 'sfu-frankfurt-1' : 'sfu-paris-1';
  world.centre.askMove(sessionId, to, 'test');
  for (let step = 0; step < 400 && world.centre.moves.nodeOf(sessionId, 't/room') !== to; step += 1)
    await world.pass(250);
  const [order] = world.orders;
  expect(order).toMatchObject({ sessionId, toNodeId: to });
  const { decisionId } = order ?? { decisionId: '' };
  const charged = { nodeId: to, sessionId, state: 'confirmed' };
  expect(world.centre.ledger.get(decisionId)).toMatchObject(charged);
  const before = world.centre.moves.queue.running.size;
  lost.reject(Object.assign(new Error('no answer'), { code: 'ROOM_OWNER_LOST' }));
  // Less than the time of a report: a charge that was taken back here would return, of an unknown session, with the
  // next report.
  await world.pass(250);
  expect([before, world.centre.moves.queue.running.size]).toEqual([1, 0]);
  expect(world.centre.ledger.get(decisionId)).toMatchObject(charged);
});
