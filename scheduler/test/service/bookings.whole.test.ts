// Booked rooms over a change of leader: two centres over one Redis, a media node with ten seats, and more joins than
// seats.
import { call, rpc } from '@meridian/protocol';
import { expect, test } from 'vitest';
import { admin, type CentreAddress, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt, newSession } from './support/fake-node.ts';
import { overRedis } from './support/over-redis.ts';

const region = frankfurt.region;
const redisRig = overRedis();
const { closers } = redisRig;

async function centreOf(id: string) {
  const centre = await startCentre({ id, standby: true, redisUrl: redisRig.redis.url });
  closers.push(() => centre.close());
  return centre;
}
const bothCentres = (one: CentreAddress, other: CentreAddress): CentreAddress => ({
  ...one,
  centreUrl: `${one.centreUrl},${other.centreUrl}`,
  enrolUrl: `${one.enrolUrl},${other.enrolUrl}`,
});
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
const meeting = (roomKey: string, sessions: number) => ({
  region,
  roomKey,
  sessions,
  startsAt: at(60_000),
  endsAt: at(3_600_000),
});
const join = async (signaling: FakeNode, roomKey: string): Promise<string> => {
  const reply = await signaling.place({ roomKey, sessionId: newSession() });
  return reply.ok === true ? 'placed' : (reply.code ?? '');
};

test('a booked room keeps its seats under the next leader too, and loses them when the booking is removed', async () => {
  const [first, second] = [await centreOf('first'), await centreOf('second')];
  const address = bothCentres(first, second);
  const capacity = { sessions: 10, consumers: 0, bandwidthBps: 0, cpuCores: 1 };
  const media = await FakeNode.start(address, { id: 'media', ...frankfurt, describe: { capacity } });
  const signaling = await FakeNode.start(address, { id: 'sig', kind: 'signaling', ...frankfurt });
  closers.push(
    () => media.close(),
    () => signaling.close(),
  );

  for (const roomKey of ['no-tenant', 't/', '']) {
    const refused = await admin(first, 'PUT', '/v1/bookings/bad', { body: meeting(roomKey, 5) });
    expect([roomKey, refused.status, refused.body.code]).toEqual([roomKey, 400, 'REQUEST_INVALID']);
  }
  expect((await admin(first, 'PUT', '/v1/bookings/b', { body: meeting('t/booked', 8) })).status).toBe(200);
  const keeps = async (centre: CentreAddress): Promise<number | undefined> => {
    const { nodes } = (await admin(centre, 'GET', '/v1/fleet')).body;
    return nodes?.find((node: { nodeId: string }) => node.nodeId === 'media')?.sessionsReserved;
  };
  await until('eight seats are kept', async () => ((await keeps(first)) === 8 ? true : undefined));
  expect([await join(signaling, 't/a'), await join(signaling, 't/b'), await join(signaling, 't/c')]).toEqual([
    'placed',
    'placed',
    'NO_CAPACITY',
  ]);
  expect([await join(signaling, 't/booked'), await keeps(first)]).toEqual(['placed', 7]);

  await first.close();
  await until('the second leads, with both nodes', async () => {
    return second.terms.mayDecide() && signaling.link !== undefined && (await keeps(second)) === 7 ? true : undefined;
  });
  await until('the signaling node is registered', () => (signaling.agent.state === 'serving' ? true : undefined));
  expect((await admin(second, 'GET', '/v1/autoscale')).body.bookings).toMatchObject([
    { id: 'b', roomKey: 't/booked', sessions: 8 },
  ]);
  expect(await join(signaling, 't/d')).toBe('NO_CAPACITY');
  for (let seatsLeft = 6; seatsLeft >= 0; seatsLeft -= 1)
    expect([await join(signaling, 't/booked'), await keeps(second)]).toEqual(['placed', seatsLeft]);
  const page = await second.metrics.registry.metrics();
  expect(page).toContain('reserved_short_sessions');

  expect((await admin(second, 'PUT', '/v1/bookings/more', { body: meeting('t/other', 5) })).status).toBe(200);
  await until('there is no room for more, and that is reported', async () => {
    const shown = /reserved_short_sessions\{.*\} 5/.test(await second.metrics.registry.metrics());
    return shown ? true : undefined;
  });
  for (const id of ['b', 'more']) expect((await admin(second, 'DELETE', `/v1/bookings/${id}`)).status).toBe(200);
  expect((await admin(second, 'DELETE', '/v1/bookings/b')).status).toBe(404);
  await until('nothing is kept', async () => ((await keeps(second)) === 0 ? true : undefined));
});

test('the api books rooms a page of ids at a time, and the centre reports seats that it cannot keep', async () => {
  const centre = await centreOf('alone');
  const capacity = { sessions: 10, consumers: 0, bandwidthBps: 0, cpuCores: 1 };
  const media = await FakeNode.start(centre, { id: 'media', ...frankfurt, describe: { capacity } });
  const api = await FakeNode.start(centre, { id: 'api', kind: 'api', ...frankfurt });
  closers.push(
    () => media.close(),
    () => api.close(),
  );
  const link = (node: FakeNode) => node.link ?? expect.fail('it has no link');
  const booked = (id: string, sessions: number, change: object = {}) => {
    const [startsWallMs, endsWallMs] = [Date.now() + 60_000, Date.now() + 3_600_000];
    return { id, roomKey: `t/${id.slice(-1)}`, region, sessions, startsWallMs, endsWallMs, ...change };
  };
  const page = (bookings: readonly object[], afterId = '', untilId = '') =>
    call(link(api), rpc.bookRooms, { afterId, untilId, bookings: [...bookings] });
  const ids = async (): Promise<string[]> =>
    (await admin(centre, 'GET', '/v1/autoscale')).body.bookings.map(({ id }: { id: string }) => id).sort();

  const refused = 'REQUEST_INVALID';
  for (const change of [{ sessions: 0 }, { roomKey: 'none' }, { region: '' }, { endsWallMs: 1 }, { id: 'b' }])
    await expect(page([booked('meeting/a', 1, change)])).rejects.toMatchObject({ code: refused });
  await expect(page([booked('meeting/c', 1)], 'meeting/a', 'meeting/b')).rejects.toMatchObject({ code: refused });
  await expect(call(link(media), rpc.bookRooms, { bookings: [] })).rejects.toMatchObject({
    code: 'KIND_NOT_PERMITTED',
  });
  expect(await ids()).toEqual([]);

  await admin(centre, 'PUT', '/v1/bookings/by-hand', {
    body: { region, sessions: 1, startsAt: at(60_000), endsAt: at(3_600_000) },
  });
  expect(await page([booked('meeting/a', 8), booked('meeting/b', 5)])).toMatchObject({ refused: 0 });
  const seats = (id: string) => call(link(api), rpc.bookedSeats, { roomKey: `t/${id}` });
  await until('seats are kept', async () => ((await seats('a')).isDue ? true : undefined));
  expect([await seats('a'), await seats('b'), await seats('none')]).toMatchObject([
    { isDue: true, kept: 8, short: 0 },
    { isDue: true, kept: 2, short: 3 },
    { isDue: false },
  ]);
  // A page for other ids leaves these bookings; a page that spans them removes those that it does not name.
  await page([booked('meeting/c', 1)], 'meeting/b', '');
  expect(await ids()).toEqual(['by-hand', 'meeting/a', 'meeting/b', 'meeting/c']);
  await page([booked('meeting/b', 5)], '', 'meeting/b');
  expect(await ids()).toEqual(['by-hand', 'meeting/b', 'meeting/c']);
  await page([]);
  expect(await ids()).toEqual(['by-hand']);
});
