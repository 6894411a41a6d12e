import { FixedKeys } from '@meridian/node-shell';
import { roomKeyOf, type Viewers, viewersOf } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveRooms, type LiveRoomsOptions } from '../../src/live/live-rooms.ts';
import { REPORT_MS, REPORTED_ROOMS_MAX, ViewerReports } from '../../src/live/viewer-reports.ts';
import { PRESENCES_PER_ROOM_MAX } from '../../src/room/presences.ts';
import type { Programme } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

const eventually = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 20_000 });
const key = streamKey({ use: 'play' });
const roomKey = roomKeyOf('dev', 'lobby') ?? expect.fail();
const flv = (count: number): Viewers => new Map(count === 0 ? [] : [['flv', count]]);

let room: ScriptedRoom;
let reports: ViewerReports;
beforeEach(async () => {
  room = await ScriptedRoom.open();
  reports = new ViewerReports({ ...room.base, nodeId: 'gw' });
});
afterEach(() => {
  reports.close();
  reports.changed(roomKey, key, flv(9));
  expect([reports.size, room.clock.pendingTimers]).toEqual([0, 0]);
  room.close();
});

const updates = () => room.service.sockets.at(-1)?.receivedOf('updateSelf') ?? [];
const reportedViewers = (): Viewers => {
  const attributes = Object.assign({}, ...updates().map((word) => word.attributes));
  return viewersOf([{ kind: 'gateway', hidden: true, identity: '', signalingId: '', attributes }]);
};
const advance = (ms: number): Promise<void> => {
  room.clock.advance(ms);
  return new Promise(setImmediate);
};

it("the session that reports a room's viewers is hidden, without media, and may update its own attributes", async () => {
  reports.changed(roomKey, key, flv(1));
  await eventually(() => expect(reportedViewers()).toEqual(flv(1)));
  const [join] = room.service.joins;
  expect([join?.sendEndpoint ?? null, join?.recvEndpoint ?? null]).toEqual([null, null]);
  const { access } = await room.base.tokens.verify(join?.token ?? '', { allowExpired: false });
  expect(access).toMatchObject({ identity: 'viewers at gw', kind: 'gateway' });
  expect(access.rights).toMatchObject({ hidden: true, canUpdateOwnMetadata: true, canPublish: false, admin: false });
});

describe('a room', () => {
  it('that refuses the reporting session is joined again later, while the room has a viewer', async () => {
    room.answer = refusal('NOT_PERMITTED');
    reports.changed(roomKey, key, flv(1));
    await eventually(() => expect(room.service.joins).toHaveLength(1));
    await eventually(() => expect(room.clock.pendingTimers).toBe(1));
    room.answer = room.joined();
    reports.changed(roomKey, key, flv(2));
    await advance(30_000);
    await eventually(() => expect(reportedViewers()).toEqual(flv(2)));
  });

  it('gets the report again by a new session when the reporting session is lost', async () => {
    reports.changed(roomKey, key, flv(3));
    await eventually(() => expect(reportedViewers()).toEqual(flv(3)));
    room.service.last.sendFrame({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(room.service.joins).toHaveLength(2));
    await advance(REPORT_MS);
    await eventually(() => expect(reportedViewers()).toEqual(flv(3)));
  });

  it('gets a refused report again, in which the count of a protocol without viewers is reset in any case', async () => {
    room.service.answerOther = () => refusal('RATE_LIMITED');
    reports.changed(roomKey, key, new Map([['hls', 1]]));
    await eventually(() => expect(updates()).toHaveLength(1));
    reports.changed(roomKey, key, flv(1));
    room.service.answerOther = () => ({ ack: {} });
    await advance(REPORT_MS);
    await eventually(() => expect(updates().at(-1)?.attributes).toEqual({ 'viewers.flv': '1', 'viewers.hls': '' }));
    await advance(REPORT_MS);
    expect(updates()).toHaveLength(2);
  });

  it('gets at most one report a second of changing numbers of viewers, and the last numbers', async () => {
    for (let count = 1; count <= 300; count += 1) reports.changed(roomKey, key, flv(count));
    await eventually(() => expect(reportedViewers()).toEqual(flv(300)));
    for (let count = 299; count >= 0; count -= 1) reports.changed(roomKey, key, flv(count));
    await advance(REPORT_MS - 1);
    expect(updates()).toHaveLength(1);
    await advance(1);
    await eventually(() => expect(reportedViewers()).toEqual(flv(0)));
    expect(updates()).toHaveLength(2);
  });

  it('is left by the reporting session 10 s after its last viewer, unless a viewer returns before', async () => {
    reports.changed(roomKey, key, flv(1));
    await eventually(() => expect(reportedViewers()).toEqual(flv(1)));
    reports.changed(roomKey, key, flv(0));
    await advance(9999);
    reports.changed(roomKey, key, flv(1));
    await advance(10_000);
    expect(room.sessions).toHaveLength(1);
    reports.changed(roomKey, key, flv(0));
    await advance(10_000);
    expect([room.sessions.length, reports.size]).toEqual([0, 0]);
    expect(room.service.joins).toHaveLength(1);
  });
});

it(`at most half of ${REPORTED_ROOMS_MAX} rooms of one tenant get reports, and none without a viewer`, () => {
  reports.changed(roomKey, key, flv(0));
  expect(reports.size).toBe(0);
  const report = (tenant: string, name: string): void =>
    reports.changed(roomKeyOf(tenant, name) ?? expect.fail(), { ...key, room: name }, flv(1));
  for (let at = 0; at <= REPORTED_ROOMS_MAX / 2; at += 1) report('dev', `r${at}`);
  expect(reports.size).toBe(REPORTED_ROOMS_MAX / 2);
  report('other', 'r0');
  expect(reports.size).toBe(REPORTED_ROOMS_MAX / 2 + 1);
});

it(`viewers beyond ${PRESENCES_PER_ROOM_MAX} are counted but not in the roster, and a viewer in the roster can be removed`, async () => {
  const onViewers: LiveRoomsOptions['onViewers'] = (...of) => reports.changed(...of);
  const live = new LiveRooms({ keys: new FixedKeys([room.apiKey]), clock: room.clock, onViewers });
  const programmes = new Programmes({ ...room.base, live, mixers: (...o) => new SilentMixer(...o), nodeId: 'gw' });
  const place = { protocol: 'flv', clientIp: '192.0.2.1' };
  const inAac = { sound: 'aac', source: (programme: Programme) => programme } as const;
  const sit = (at: number) => programmes.seat(streamKey({ use: 'play', identity: `v${at}` }), place, inAac);
  const seats = await Promise.all(Array.from({ length: PRESENCES_PER_ROOM_MAX + 1 }, (_, at) => sit(at)));
  const ofViewers = room.service.joins.map((join, at) => ({ join, socket: room.service.sockets[at] }));
  const listed = ofViewers.filter(({ join }) => join.protocol === 'flv');
  expect(listed).toHaveLength(PRESENCES_PER_ROOM_MAX);
  const said = () =>
    viewersOf([
      {
        kind: 'gateway',
        hidden: true,
        identity: '',
        signalingId: '',
        attributes: Object.assign(
          {},
          ...room.service.sockets.flatMap((one) => one.receivedOf('updateSelf').map(({ attributes }) => attributes)),
        ),
      },
    ]);
  await advance(REPORT_MS);
  await eventually(() => expect(said()).toEqual(flv(PRESENCES_PER_ROOM_MAX + 1)));
  const ended = vi.fn();
  for (const seat of seats) seat.watch({ take: () => undefined, ended });
  listed[0]?.socket?.sendFrame({ disconnect: { code: 'KICKED', message: '', reconnect: false } });
  await eventually(() => expect(ended).toHaveBeenCalledExactlyOnceWith('KICKED'));
  for (const seat of seats) seat.close();
  await advance(REPORT_MS);
  await eventually(() => expect(said()).toEqual(flv(0)));
  await programmes.close();
});

it('viewers are reported by protocol and connection, without pushes', () => {
  const heard: Viewers[] = [];
  const onViewers = (of: string, _room: unknown, viewers: Viewers) => {
    expect(of).toBe(roomKey);
    heard.push(viewers);
  };
  const live = new LiveRooms({ keys: new FixedKeys([room.apiKey]), clock: room.clock, onViewers });
  const all = ['flv', 'flv', 'push', 'hls'].map((protocol) => live.viewer(key, protocol));
  expect(heard.at(-1)).toEqual(
    new Map([
      ['flv', 2],
      ['hls', 1],
    ]),
  );
  for (const one of all) one.close();
  for (const one of all) one.close();
  expect([heard.length, heard.at(-1)]).toEqual([8, new Map()]);
});
