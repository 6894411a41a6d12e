import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../../base/runtime/test/support/until.ts';
import type { EventStream } from '../../../src/console/event-stream.ts';
import { ROOMS_PER_STREAM_MAX, STREAMS_MAX, WallFeed } from '../../../src/wall/wall-feed.ts';
import { addLive, keepLive } from '../../support/live-room.ts';
import type { ScriptedRecorder } from '../../support/scripted-recorders.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let recorders: readonly ScriptedRecorder[];
const readers: Reader[] = [];

beforeEach(async () => {
  api = await testApi();
  recorders = [api.recorders.fra, api.recorders.sgp];
  for (const one of recorders) one.nowMs = () => api.clock.nowMs();
});
afterEach(async () => {
  readers.length = 0;
  await api.close();
});

interface Event {
  readonly room: string;
  readonly state: string;
  readonly code: string;
  readonly picture?: string;
}

/** Reads at once, unless it is `deaf`. */
class Reader {
  readonly events: Event[] = [];
  readonly sink = { writableLength: 0 };
  mayWatch = true;
  stream: EventStream | undefined;

  async open(rooms: readonly string[], feed: WallFeed = api.wall.feed): Promise<this> {
    readers.push(this);
    const names = rooms.map((room) => room.split('/')).map(([tenant = '', room = '']) => ({ tenant, room }));
    this.stream = await feed.watch({
      rooms: names,
      sink: this.sink,
      mayWatch: async () => this.mayWatch,
      entryFor: (tenant) => ({
        tenant,
        by: { kind: 'operator', id: 'op' },
        address: '192.0.2.1',
        operation: 'lookAtRooms',
        status: 200,
        requestId: 'r',
      }),
    });
    this.stream.body.setEncoding('utf8');
    this.stream.body.on('data', (text: string) => {
      for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) this.events.push(JSON.parse(data) as Event);
    });
    return this;
  }

  get last(): Event | undefined {
    return this.events.at(-1);
  }

  get pictures(): string[] {
    return this.events.flatMap(({ picture }) =>
      picture === undefined ? [] : [Buffer.from(picture, 'base64').toString()],
    );
  }

  leave(): void {
    this.stream?.cut();
  }
}

const asksOf = (room: string) =>
  recorders.flatMap(({ nodeId, asks }) =>
    asks.flat().flatMap(({ roomKey, seenSeq }) => (roomKey === room ? [[nodeId, seenSeq] as const] : [])),
  );
const holderOf = (room: string) => recorders.find(({ watches }) => watches.has(room));
/** Lets half a second pass, and waits until all recorders have answered. */
async function passTurn(reader: Reader): Promise<void> {
  const had = reader.events.length;
  api.clock.advance(500);
  await until('there is news', () => reader.events.length > had);
}
const put = (room: string, script: Parameters<ScriptedRecorder['rooms']['set']>[1] = {}): void => {
  for (const one of recorders) one.rooms.set(room, script);
};
const auditRows = () =>
  api.store.db
    .selectFrom('audit_entries')
    .select(['tenant', 'targets'])
    .where('operation', '=', 'lookAtRooms')
    .orderBy('seq')
    .execute();
const phases = async () => (await auditRows()).map(({ targets }) => JSON.parse(targets).phase as string);

describe('a look at a room', () => {
  it('is in the audit log before a recorder is asked', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    const seen: Promise<string[]>[] = [];
    for (const one of recorders) {
      const { asks } = one;
      const push = asks.push.bind(asks);
      asks.push = (...rows) => {
        seen.push(phases());
        return push(...rows);
      };
    }
    await new Reader().open(['acme/a']);
    await until('a recorder was asked', () => seen.length > 0);
    expect(await seen[0]).toEqual(['began']);
  });

  it('whose log entry cannot be written shows nothing, and asks no recorder', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    const feed = new WallFeed({
      db: api.store.db,
      clock: api.clock,
      rng: seededRng('wall'),
      log: createLogger({ name: 'api', level: 'fatal' }),
      facts: api.wall.facts,
      asks: { ask: () => Promise.reject(new Error('asked')) },
      audit: { write: () => Promise.reject(new Error('the disk is full')), writeAfter: async () => undefined },
      onCut: () => undefined,
    });
    const reader = new Reader();
    await expect(reader.open(['acme/a'], feed)).rejects.toThrow('the disk is full');
    expect([reader.events, feed.size]).toEqual([[], 0]);
    await feed.close();
  });

  it('has one end in the log when its reader leaves, after which the room is not watched', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    reader.leave();
    await until('it is gone', () => api.wall.feed.size === 0);
    const { length } = asksOf('acme/a');
    api.clock.advance(10_000);
    expect(asksOf('acme/a')).toHaveLength(length);
    await api.wall.feed.close();
    expect(await phases()).toEqual(['began', 'ended']);
  });

  it('that ends does not affect looks at other rooms, and its own room is not watched any more', async () => {
    for (const room of ['acme/a', 'acme/b']) {
      await addLive(api, room);
      put(room);
    }
    const first = await new Reader().open(['acme/a']);
    const second = await new Reader().open(['acme/b']);
    await passTurn(first);
    first.leave();
    await until('it is gone', () => api.wall.feed.size === 1);
    const [a, b] = [asksOf('acme/a').length, asksOf('acme/b').length];
    await passTurn(second);
    await passTurn(second);
    expect([asksOf('acme/a').length - a, asksOf('acme/b').length > b]).toEqual([0, true]);
  });

  it('of an unknown tenant has no log entry and asks no recorder', async () => {
    const reader = await new Reader().open(['none/a']);
    await until('it is said', () => reader.last?.code === 'NOT_FOUND');
    api.clock.advance(10_000);
    expect([await auditRows(), asksOf('none/a')]).toEqual([[], []]);
  });

  it('without people asks no recorder, until people come', async () => {
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await until('it is said', () => reader.last?.state === 'over');
    api.clock.advance(2000);
    expect(asksOf('acme/a')).toEqual([]);
    await addLive(api, 'acme/a');
    api.clock.advance(5000);
    await until('facts are read', () => {
      api.clock.advance(500);
      return reader.last?.state === 'watching';
    });
  });
});

describe('pictures', () => {
  beforeEach(async () => {
    await addLive(api, 'acme/a');
    put('acme/a', { seq: 7, text: 'one' });
  });

  it('come once each, and the request names the last picture received', async () => {
    const reader = await new Reader().open(['acme/a']);
    await until('it is joined', () => reader.last?.state === 'joining');
    await passTurn(reader);
    expect(reader.pictures).toEqual(['one']);
    await passTurn(reader);
    expect(reader.last).not.toHaveProperty('picture');
    put('acme/a', { seq: 8, text: 'two' });
    await passTurn(reader);
    expect(reader.pictures).toEqual(['one', 'two']);
    expect(asksOf('acme/a').map(([, seq]) => seq)).toEqual([0, 0, 7, 7]);
  });

  it('of a room are fetched once for two readers, which both get all pictures', async () => {
    const first = await new Reader().open(['acme/a']);
    await until('it is joined', () => first.last?.state === 'joining');
    await passTurn(first);
    expect(first.pictures).toEqual(['one']);
    const second = await new Reader().open(['acme/a']);
    await passTurn(second);
    await until('the present one', () => second.pictures.length === 1);
    const { length } = asksOf('acme/a');
    put('acme/a', { seq: 8, text: 'two' });
    await passTurn(second);
    expect([first.pictures, second.pictures, asksOf('acme/a').length - length]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
      1,
    ]);
    first.leave();
    await passTurn(second);
    expect(asksOf('acme/a').length - length).toBe(2);
  });

  it('beyond the size limit are not shown', async () => {
    put('acme/a', { seq: 9, text: 'x'.repeat(131_073) });
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    await passTurn(reader);
    expect([reader.last?.state, reader.pictures]).toEqual(['watching', []]);
  });

  it('are skipped for a slow reader until it has read, and a stuck reader is cut', async () => {
    const slowReader = await new Reader().open(['acme/a']);
    const quickReader = await new Reader().open(['acme/a']);
    await until('both have one', () => slowReader.pictures.length === 1 && quickReader.pictures.length === 1);
    slowReader.sink.writableLength = 300_000;
    put('acme/a', { seq: 8, text: 'two' });
    await passTurn(slowReader);
    await until('the other has it', () => quickReader.pictures.length === 2);
    expect(slowReader.pictures).toEqual(['one']);
    slowReader.sink.writableLength = 0;
    await passTurn(slowReader);
    expect(slowReader.pictures).toEqual(['one', 'two']);
    slowReader.sink.writableLength = 1_100_000;
    await passTurn(quickReader);
    expect([api.cuts, api.wall.feed.size]).toEqual([['wall slow'], 1]);
  });
});

describe('recorders', () => {
  it('that are away are replaced by the next, then reported, and used again when they are back', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await until('it is watched', () => reader.last?.state === 'joining' && holderOf('acme/a') !== undefined);
    const first = holderOf('acme/a');
    const otherRecorder = recorders.find((one) => one !== first);
    if (first === undefined || otherRecorder === undefined) throw new Error('two recorders are needed');
    first.link = 'cut';
    await passTurn(reader);
    expect(otherRecorder.watches.has('acme/a')).toBe(true);
    otherRecorder.link = 'mute';
    await passTurn(reader);
    await until('it is said', () => reader.last?.code === 'NODE_UNREACHABLE');
    otherRecorder.link = 'up';
    await passTurn(reader);
    expect(reader.last?.code).toBe('NODE_UNREACHABLE'); // a second deadline so soon would be too costly
    await keepLive(api);
    api.clock.advance(5000);
    await passTurn(reader);
    expect(reader.last).toMatchObject({ state: 'watching', code: '' });
  });

  it('that are full are replaced by the next; when all are full, this is reported', async () => {
    const rooms = ['a', 'b', 'c'].map((name) => `acme/${name}`);
    for (const room of rooms) {
      await addLive(api, room);
      put(room);
    }
    for (const one of recorders) one.watchesMax = 1;
    const reader = await new Reader().open(rooms);
    await until('all have answered', () => {
      api.clock.advance(500);
      return new Set(reader.events.slice(-3).map(({ room }) => room)).size === 3 && reader.events.length > 9;
    });
    const last = reader.events.slice(-3).map(({ state, code }) => `${state} ${code}`.trim());
    expect(last.sort()).toEqual(['refused OVERLOADED', 'watching', 'watching']);
    expect(recorders.map(({ watches }) => watches.size)).toEqual([1, 1]);
  });

  it('outside the fence of a room are not asked', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    api.fleet.plans = { 'acme/a': { regions: ['singapore'] } };
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    expect([api.recorders.fra.asks, holderOf('acme/a')?.nodeId]).toEqual([[], 'rec-sgp']);
    expect(api.recorders.sgp.asks[0]?.[0]?.fence).toBe('singapore');
    api.recorders.sgp.link = 'cut';
    await passTurn(reader);
    expect([api.recorders.fra.asks, reader.last?.code]).toEqual([[], 'NODE_UNREACHABLE']);
  });

  it('are reported as missing if there is none inside the fence', async () => {
    await addLive(api, 'acme/a');
    api.fleet.plans = { 'acme/a': { regions: ['tokyo'] } };
    const reader = await new Reader().open(['acme/a']);
    await until('it is said', () => reader.last?.code === 'FENCED_OUT');
  });

  it('are not asked while the fence is unknown for lack of a centre', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    api.centre.state = 'down';
    const reader = await new Reader().open(['acme/a']);
    await until('it is said', () => reader.last?.code === 'CENTRE_UNREACHABLE');
    api.clock.advance(2000);
    expect(asksOf('acme/a')).toEqual([]);
  });

  it('are asked with the new fence when another life of the room has one', async () => {
    await addLive(api, 'acme/a', { sid: 'RM_1' });
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    api.fleet.plans = { 'acme/a': { regions: ['singapore'] } };
    await addLive(api, 'acme/a', { sid: 'RM_2' });
    const askCount = api.recorders.fra.asks.length;
    api.clock.advance(5000);
    await until('the centre was asked', () => api.fleet.requests.filter((what) => what === 'plan').length === 2);
    await until('it is asked with the fence', () => {
      api.clock.advance(500);
      return api.recorders.sgp.asks.at(-1)?.[0]?.fence === 'singapore';
    });
    expect(
      api.recorders.fra.asks
        .slice(askCount)
        .flat()
        .filter(({ fence }) => fence !== ''),
    ).toEqual([]);
  });

  it('are not asked with the old fence for another life of the room, while the centre is away', async () => {
    await addLive(api, 'acme/a', { sid: 'RM_1' });
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    api.centre.state = 'down';
    await addLive(api, 'acme/a', { sid: 'RM_2' });
    api.clock.advance(4500);
    await until('it is said', () => reader.last?.code === 'CENTRE_UNREACHABLE');
    const { length } = asksOf('acme/a');
    api.clock.advance(2000);
    expect(asksOf('acme/a')).toHaveLength(length);
  });

  it('that refuse are replaced in the same round, which the reader does not notice', async () => {
    const rooms = Array.from({ length: 8 }, (_, at) => `acme/r${at}`);
    for (const room of rooms) {
      await addLive(api, room);
      put(room);
    }
    api.recorders.fra.watchesMax = 0;
    const reader = await new Reader().open(rooms);
    await until('all are watched', () => api.recorders.sgp.watches.size === 8);
    await passTurn(reader);
    expect(api.recorders.fra.asks.flat().length).toBeGreaterThan(0);
    expect(reader.events.filter(({ state }) => state === 'refused')).toEqual([]);
  });

  it('cannot see an encrypted room, and only one is asked', async () => {
    await addLive(api, 'acme/a');
    put('acme/a', { code: 'E2EE', seq: 7, text: 'grey' });
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    expect([reader.last?.code, reader.pictures, new Set(asksOf('acme/a').map(([id]) => id)).size]).toEqual([
      'E2EE',
      [],
      1,
    ]);
  });
});

describe('a tenant that refuses the wall', () => {
  const refuse = (wallAllowed: boolean) => api.ask('PATCH', '/tenant', { body: { wallAllowed } });

  it('cannot be watched: no log entry, no request, no kept room', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    expect((await refuse(false)).json().wallAllowed).toBe(false);
    const reader = await new Reader().open(['acme/a']);
    await until('it is said', () => reader.last?.code === 'WALL_REFUSED');
    expect([await auditRows(), asksOf('acme/a')]).toEqual([[], []]);
    expect((await refuse(true)).json().wallAllowed).toBe(true);
  });

  it('during a look has no more pictures fetched after 5 s', async () => {
    await addLive(api, 'acme/a');
    put('acme/a');
    const reader = await new Reader().open(['acme/a']);
    await passTurn(reader);
    await refuse(false);
    api.clock.advance(4500);
    await until('it is said', () => reader.last?.code === 'WALL_REFUSED');
    const { length } = asksOf('acme/a');
    api.clock.advance(5000);
    expect(asksOf('acme/a')).toHaveLength(length);
  });
});

it('a reader that has lost the right is disconnected within 5 s', async () => {
  await addLive(api, 'acme/a');
  const reader = await new Reader().open(['acme/a']);
  reader.mayWatch = false;
  api.clock.advance(5000);
  await until('it is gone', () => api.wall.feed.size === 0);
  expect(api.cuts).toEqual(['wall refused']);
});

it('streams beyond the limit of an instance are refused', async () => {
  for (let at = 0; at < STREAMS_MAX; at += 1) await new Reader().open(['acme/a']);
  await expect(new Reader().open(['acme/a'])).rejects.toMatchObject({ code: 'OVERLOADED' });
});

it('rooms beyond the limit of an instance are refused', async () => {
  for (let stream = 0; stream < 4; stream += 1)
    await new Reader().open(Array.from({ length: ROOMS_PER_STREAM_MAX }, (_, at) => `acme/r${stream}-${at}`));
  await expect(new Reader().open(['acme/another'])).rejects.toMatchObject({ code: 'OVERLOADED' });
});
