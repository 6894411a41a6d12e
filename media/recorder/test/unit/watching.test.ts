import { isWatcher, limits, MeridianError, WATCH_KEPT_MS, wire } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { WATCHED_PICTURES_MAX } from '../../src/watching/core/watched-tracks.ts';
import { askedRoom, personWith, ScriptedFfmpegs, ScriptedRoom, trackOf, watchingOf } from '../support/watching.ts';

const camera = trackOf('TR_camera', 'camera', {
  layers: [
    { spatialLayer: 0, width: 320, height: 180 },
    { spatialLayer: 1, width: 1280, height: 720 },
  ],
});
const ann = personWith('ann', [camera, trackOf('TR_sound', 'microphone')]);
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
/** Returns states and codes of rooms in short. */
const statesOf = (rooms: readonly wire.WatchedRoom.$Properties[]) =>
  rooms.map(({ state, code }) => [state, code ?? ''].filter((text) => text !== '').join(' '));

/** Makes rooms `acme/r0`, `acme/r1`, … with ann in each. */
function setUp(
  o: { rooms?: number; people?: wire.ParticipantInfo.$Properties[] } & Partial<Parameters<typeof watchingOf>[1]> = {},
) {
  const clock = new ManualClock({ nowMs: 1000 });
  const rooms = Array.from({ length: o.rooms ?? 1 }, () => new ScriptedRoom(o.people ?? [ann]));
  const keyed = Object.fromEntries(rooms.map((room, at) => [`acme/r${at}`, room]));
  const rig = watchingOf(keyed, { clock, ...o });
  const ask = (...keys: string[]) => rig.watching.answer(keys.map((key) => askedRoom(key)));
  return { clock, rooms, room: rooms[0] as ScriptedRoom, ask, ...rig };
}

it('a request begins a watch and answers at once; later requests for the room share the watch', async () => {
  const { room, ask, minted, watching } = setUp();
  expect(statesOf(ask('acme/r0'))).toEqual(['joining']);
  expect(statesOf(ask('acme/r0'))).toEqual(['joining']);
  await settled();
  const [answer] = ask('acme/r0');
  expect(answer).toMatchObject({ roomKey: 'acme/r0', state: 'watching', code: '', participants: 1, picture: null });
  expect(answer?.tracks).toMatchObject([
    { identity: 'ann', trackId: 'TR_camera', source: 'camera', codec: 'vp8', blackMs: 0 },
    { identity: 'ann', trackId: 'TR_sound', source: 'microphone', codec: 'opus', levelDb: -127 },
  ]);
  expect([room.opens, watching.size]).toEqual([1, 1]);
  const [claims] = minted;
  expect(claims).toMatchObject({ room: 'r0', canPublish: false, canSubscribe: true, hidden: true });
  expect(isWatcher({ identity: claims?.identity ?? '', hidden: true })).toBe(true);
});

it('a watch ends 15 s after the last request, and not before', async () => {
  const { clock, room, ask, watching } = setUp();
  ask('acme/r0');
  await settled();
  clock.advance(10_000);
  ask('acme/r0');
  clock.advance(WATCH_KEPT_MS - 1000);
  expect([watching.size, room.closes]).toEqual([1, 0]);
  clock.advance(1000);
  expect([watching.size, room.closes]).toEqual([0, 1]);
  await watching.close();
});

it('rooms beyond the bound are refused, until there is a place', async () => {
  const { clock, ask, watching } = setUp({ rooms: 3, roomsMax: 2 });
  expect(statesOf(ask('acme/r0', 'acme/r1', 'acme/r2'))).toEqual(['joining', 'joining', 'refused OVERLOADED']);
  await settled();
  expect(statesOf(ask('acme/r2', 'acme/r1'))).toEqual(['refused OVERLOADED', 'watching']);
  clock.advance(10_000);
  expect(statesOf(ask('acme/r1', 'acme/r2'))).toEqual(['watching', 'refused OVERLOADED']);
  clock.advance(5000);
  expect(statesOf(ask('acme/r1', 'acme/r2'))).toEqual(['watching', 'joining']);
  expect(watching.size).toBe(2);
  expect(statesOf(setUp({ roomsMax: 0 }).ask('acme/r0'))).toEqual(['refused OVERLOADED']);
});

it('requests that name no room, or too many, are refused as a whole', () => {
  const { watching, ask } = setUp();
  const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });
  for (const roomKey of ['', 'acme', 'acme/', 'a b/r0\n']) expect(() => ask('acme/r0', roomKey)).toThrow(refused);
  expect(() => watching.answer([askedRoom('acme/r0', { fence: 'us,eu' })])).toThrow(refused);
  expect(() => ask(...Array.from({ length: 33 }, (_, at) => `acme/n${at}`))).toThrow(refused);
  expect(watching.size).toBe(0);
});

it('a room that has ended or becomes empty is reported, and joined again if requests continue', async () => {
  const { clock, room, ask } = setUp();
  expect(statesOf(ask('acme/none'))).toEqual(['joining']);
  await settled();
  expect(statesOf(ask('acme/none', 'acme/r0'))).toEqual(['over', 'joining']);
  await settled();
  room.change([]);
  expect([statesOf(ask('acme/r0')), room.closes]).toEqual([['over'], 1]);
  clock.advance(2999);
  expect(statesOf(ask('acme/r0'))).toEqual(['over']);
  room.people = new ScriptedRoom([ann]).people;
  clock.advance(1);
  expect(statesOf(ask('acme/r0'))).toEqual(['joining']);
  await settled();
  room.end('ROOM_ENDED');
  expect([statesOf(ask('acme/r0')), room.opens]).toEqual([['over'], 2]);
});

it('the error of a join, or the end of the session, is reported by its code', async () => {
  const { clock, room, ask } = setUp();
  room.refusal = 'FENCE_CONFLICT';
  ask('acme/r0');
  await settled();
  expect(statesOf(ask('acme/r0'))).toEqual(['refused FENCE_CONFLICT']);
  room.refusal = undefined;
  clock.advance(3000);
  ask('acme/r0');
  await settled();
  expect(statesOf(ask('acme/r0'))).toEqual(['watching']);
  room.end('CONNECTION_LOST');
  expect(statesOf(ask('acme/r0'))).toEqual(['refused CONNECTION_LOST']);
  const unknown = { forRooms: () => Promise.reject(new MeridianError('TOKEN_INVALID')) };
  const without = setUp({ keys: unknown });
  without.ask('acme/r0');
  await settled();
  expect([statesOf(without.ask('acme/r0')), without.room.opens]).toEqual([['refused TOKEN_INVALID'], 0]);
});

it('a recorder that drains or closes watches nothing', async () => {
  const { room, ask, watching } = setUp();
  ask('acme/r0');
  await settled();
  watching.drain(true);
  expect([watching.size, room.closes, statesOf(ask('acme/r0'))]).toEqual([0, 1, ['refused SHUTTING_DOWN']]);
  watching.drain(false);
  expect(statesOf(ask('acme/r0'))).toEqual(['joining']);
  await watching.close();
  await watching.close();
  expect([watching.size, room.closes, statesOf(ask('acme/r0'))]).toEqual([0, 2, ['refused SHUTTING_DOWN']]);
});

it('a watch receives the lowest layer of a camera, and neither receives nor reports a muted track', async () => {
  const { room, ask } = setUp();
  ask('acme/r0');
  await settled();
  expect(room.preferences.get('TR_camera')).toEqual({ paused: false, spatialLayer: 0, temporalLayer: 0 });
  expect(room.preferences.get('TR_sound')).toMatchObject({ paused: false });
  room.change([personWith('ann', [{ ...camera, muted: true }, trackOf('TR_sound', 'microphone')])]);
  expect(room.receivedTrackIds).toEqual(['TR_sound']);
  expect(ask('acme/r0')[0]?.tracks?.map(({ trackId }) => trackId)).toEqual(['TR_sound']);
});

it('a track without media is reported with the time since its media could come', async () => {
  const { clock, room, ask } = setUp();
  ask('acme/r0');
  await settled();
  const noneMs = () => ask('acme/r0')[0]?.tracks?.map((track) => track.noneMs);
  clock.advance(1900);
  expect(noneMs()).toEqual([0, 0]);
  clock.advance(1000);
  expect(noneMs()).toEqual([2900, 2900]);
  const times = { ptsMs: clock.nowMs(), rtpTimestamp: 0 };
  room.sinks
    .get('TR_camera')
    ?.frame({ codec: 'vp8', isKey: false, size: undefined, data: new Uint8Array(9), ...times });
  clock.advance(100);
  expect(noneMs()).toEqual([0, 3000]);
  room.change([personWith('ann', [{ ...camera, muted: true }])]);
  clock.advance(9000);
  room.change([ann]);
  expect(noneMs()).toEqual([0, 0]);
});

it('a large room is watched up to the bound, the rest is listed, and follows when places become free', async () => {
  const cameras = (count: number) => Array.from({ length: count }, (_, at) => trackOf(`c${10 + at}`, 'camera'));
  const { room, ask } = setUp({ people: [personWith('ann', cameras(40))] });
  ask('acme/r0');
  await settled();
  expect([room.sinks.size, room.receivedTrackIds.length]).toEqual([32, WATCHED_PICTURES_MAX]);
  const [answer] = ask('acme/r0');
  expect(answer?.tracks).toHaveLength(40);
  expect(answer?.tracks?.[39]).toEqual({ identity: 'ann', trackId: 'c49', source: 'camera', codec: 'vp8' });
  room.change([personWith('ann', cameras(40).slice(30))]);
  expect(room.sinks.size).toBe(2);
  room.change([personWith('ann', cameras(40).slice(30))]);
  expect([room.sinks.size, room.receivedTrackIds.length]).toEqual([10, WATCHED_PICTURES_MAX]);
});

it('a room whose media cannot be decoded is reported as unseen', async () => {
  const { clock, room, ask } = setUp({ people: [personWith('ann', [trackOf('TR_sound', 'microphone')])] });
  ask('acme/r0');
  await settled();
  const play = (ms: number, data: Uint8Array): void => {
    const format = { codec: 'opus', sampleRate: 48_000, channels: 2 } as const;
    for (let at = 0; at < ms; at += 500) {
      clock.advance(500);
      ask('acme/r0');
      room.sinks.get('TR_sound')?.frame({ codec: 'opus', format, ptsMs: clock.nowMs(), rtpTimestamp: 0, data });
    }
  };
  play(10_000, new Uint8Array(60));
  expect(ask('acme/r0')[0]?.code).toBe('');
  play(500, new Uint8Array(60));
  expect(ask('acme/r0')[0]?.code).toBe('E2EE');
  play(500, Uint8Array.of(0xfc)); // Silence.
  expect(ask('acme/r0')[0]?.code).toBe('');
});

it('an answer about 32 full rooms fits into a frame', async () => {
  const tracks = Array.from({ length: 70 }, (_, at) => trackOf(`TR_${'x'.repeat(40)}${at}`, 'camera'));
  const people = [personWith('a'.repeat(100), tracks)];
  const { rooms, watching } = setUp({ rooms: 32, roomsMax: 32, people });
  const asked = rooms.map((_, at) => askedRoom(`acme/r${at}`));
  watching.answer(asked);
  await settled();
  const answer = watching.answer(asked);
  expect(answer.every(({ state, tracks: shown }) => state === 'watching' && shown?.length === 64)).toBe(true);
  expect(wire.RoomsWatched.encode({ rooms: answer }).finish().length).toBeLessThan(limits.controlFrameBytesMax);
});

it('pictures are made while they are requested and something is new, and the encoder ends after 3 s without a request', async () => {
  const ffmpegs = new ScriptedFfmpegs();
  const { clock, room, ask, watching } = setUp({ supervisor: ffmpegs.supervisor });
  const withPicture = () => watching.answer([askedRoom('acme/r0', { withPicture: true })]);
  ask('acme/r0');
  await settled();
  clock.advance(5000);
  expect(ffmpegs.jobs).toEqual([]);
  withPicture();
  clock.advance(2000);
  expect(ffmpegs.jobs).toEqual([{ name: 'watched to jpeg', writes: 1, isClosed: false }]);
  withPicture();
  room.change([personWith('ann', [])]);
  clock.advance(2750);
  ask('acme/r0');
  expect(ffmpegs.jobs).toMatchObject([{ writes: 2, isClosed: false }]);
  clock.advance(500);
  expect(ffmpegs.jobs).toMatchObject([{ isClosed: true }]);
  withPicture();
  clock.advance(500);
  expect(ffmpegs.jobs).toMatchObject([{ isClosed: true }, { writes: 1, isClosed: false }]);
  watching.drain(true);
  expect(ffmpegs.jobs.every(({ isClosed }) => isClosed)).toBe(true);
});
