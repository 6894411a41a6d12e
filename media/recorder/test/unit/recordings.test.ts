import { FixedKeys, type TenantKey, Tokens } from '@meridian/node-shell';
import { fenceContains, MeridianError, recorderOf, wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pace } from '../../src/core/pace.ts';
import type { RunningStint, StintOrder } from '../../src/recordings/recording-port.ts';
import { Recordings } from '../../src/recordings/recordings.ts';

const order = (o: wire.RecordOrder.$Properties = {}): wire.RecordOrder =>
  wire.RecordOrder.decode(
    wire.RecordOrder.encode({ roomKey: 'dev/lobby', recordingId: 're_1', nodeId: 'n1', slots: 2, ...o }).finish(),
  );

interface Opened {
  readonly order: StintOrder;
  readonly joined: PromiseWithResolvers<RunningStint>;
}

const secret = 'a secret of this test that is long enough';
const key = { key: 'one', secret, tenant: 'dev' };
let opened: Opened[];
let keyRequest: (() => Promise<void>) | undefined;
let closes: number;
let isFull: boolean;
let pace: Pace;
let canCompose: boolean;
let clock: ManualClock;
let recordings: Recordings;
let tokens: Tokens;

function keyOf(keys: FixedKeys, tenant: string, fence: string): TenantKey {
  const found = keys.ofTenant(tenant).find((one) => fenceContains(one.fence, fence));
  if (found === undefined) throw new MeridianError('TOKEN_INVALID');
  return found;
}

function start(apiKeys: ConstructorParameters<typeof FixedKeys>[0] = [key]): void {
  const keys = new FixedKeys(apiKeys);
  clock = new ManualClock();
  tokens = new Tokens(keys, () => 1e12);
  recordings = new Recordings({
    openStint: (of) => {
      const joined = Promise.withResolvers<RunningStint>();
      opened.push({ order: of, joined });
      return joined.promise;
    },
    tokens,
    keys: {
      forRooms: async (tenant, fence) => {
        await keyRequest?.();
        return keyOf(keys, tenant, fence);
      },
    },
    nodeId: 'rec-1',
    slots: 10,
    canBegin: () => !isFull,
    pace: () => pace,
    check: (mode) => {
      if (mode === 'composed' && !canCompose) throw new MeridianError('NO_PICTURE_TRANSCODER');
    },
    clock,
    log: createLogger({ name: 'recorder', level: 'silent' }),
  });
}

beforeEach(() => {
  keyRequest = undefined;
  opened = [];
  closes = 0;
  isFull = false;
  pace = 'free';
  canCompose = true;
  start();
});

const take = async (o: wire.RecordOrder.$Properties = {}): Promise<string> => {
  const answer = await recordings.begin(order(o)).then(
    () => 'begun',
    (error: { code: string }) => error.code,
  );
  await nextTurn();
  return answer;
};
/** Lets the newest stint join and record this number of participants. */
async function joins(slots: number, close: () => Promise<void> = async () => undefined): Promise<void> {
  const closing = (): Promise<void> => {
    closes += 1;
    return close();
  };
  opened.at(-1)?.joined.resolve({ slots, close: closing });
  await nextTurn();
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const state = () => [recordings.size, recordings.usedSlots, recordings.slots];

it('an order of a recording that is composed later needs no ffmpeg, and is answered as it began', async () => {
  canCompose = false;
  const later = { mode: 'composed', later: true };
  expect(await recordings.begin(order(later))).toEqual({ later: true });
  expect(opened[0]?.order).toMatchObject({ mode: 'composed', isLater: true });
  canCompose = true;
  expect(await recordings.begin(order({ mode: 'composed' }))).toEqual({ later: true });
  expect(await recordings.begin(order({ recordingId: 're_2', mode: 'composed' }))).toEqual({ later: false });
  expect(await recordings.begin(order({ recordingId: 're_3', later: true }))).toEqual({ later: false });
  expect(opened).toHaveLength(3);
});

it('slots of other work are used like those of recordings, and more than all are all', async () => {
  expect(await take()).toBe('begun');
  expect(recordings.canHold(20)).toBe(false);
  const release = recordings.hold(8);
  expect(state()).toEqual([1, 10, 10]);
  expect(await take({ recordingId: 're_2', slots: 1 })).toBe('OVERLOADED');
  expect(() => recordings.hold(1)).toThrow(MeridianError);
  release();
  expect(state()).toEqual([1, 2, 10]);
  recordings.drain(true);
  expect(recordings.canHold(1)).toBe(false);
});

describe('an order is refused', () => {
  it.each<[string, wire.RecordOrder.$Properties, string]>([
    ['with an invalid room key', { roomKey: 'lobby' }, 'REQUEST_INVALID'],
    ['without an id', { recordingId: '' }, 'REQUEST_INVALID'],
    ['of an unknown mode', { mode: 'film' }, 'REQUEST_INVALID'],
    ['of a page without an address', { mode: 'page' }, 'REQUEST_INVALID'],
    ['of a page on the disk', { mode: 'page', pageUrl: 'file:///etc/passwd' }, 'REQUEST_INVALID'],
    ['with an id that leaves the folder', { recordingId: '../x' }, 'REQUEST_INVALID'],
    ['with a long id', { recordingId: 'x'.repeat(65) }, 'REQUEST_INVALID'],
    ['with an invalid fence', { fence: 'us,eu' }, 'REQUEST_INVALID'],
    ['with an invalid identity', { identity: 'x'.repeat(1000) }, 'REQUEST_INVALID'],
    ['without a slot', { slots: 0 }, 'REQUEST_INVALID'],
    ['of a tenant without a key here', { roomKey: 'acme/lobby' }, 'TOKEN_INVALID'],
    ['of more slots than are free', { slots: 11 }, 'OVERLOADED'],
  ])('%s', async (_name, o, code) => {
    expect(await take(o)).toBe(code);
    expect([opened.length, ...state()]).toEqual([0, 0, 0, 10]);
  });

  it('for a room whose regions the key lacks', async () => {
    start([{ ...key, regions: ['eu'] }]);
    expect([await take({ fence: 'eu' }), await take({ fence: 'ap,eu', recordingId: 're_2' })]).toEqual([
      'begun',
      'TOKEN_INVALID',
    ]);
  });

  it('when joining recordings have taken the slots; a repeated order changes nothing', async () => {
    expect([await take({ slots: 6 }), await take({ slots: 6 }), await take({ slots: 5, recordingId: 're_2' })]).toEqual(
      ['begun', 'begun', 'OVERLOADED'],
    );
    expect([await take({ slots: 4, recordingId: 're_2' }), opened.length]).toEqual(['begun', 2]);
  });

  it('for a composed recording without ffmpeg, while other recordings begin', async () => {
    canCompose = false;
    expect([await take({ mode: 'composed' }), await take()]).toEqual(['NO_PICTURE_TRANSCODER', 'begun']);
    canCompose = true;
    expect(await take({ mode: 'composed', recordingId: 're_2' })).toBe('begun');
    expect(opened.map(({ order: { mode } }) => mode)).toEqual(['', 'composed']);
  });

  it('while the disk is nearly full; running recordings continue', async () => {
    await take();
    await joins(2);
    isFull = true;
    expect([await take({ recordingId: 're_2' }), await take()]).toEqual(['OVERLOADED', 'begun']);
    expect(state()).toEqual([1, 2, 0]);
  });

  it('while the recorder has enough to do; running recordings stay here', async () => {
    await take();
    await joins(2);
    pace = 'full';
    expect([await take({ recordingId: 're_2' }), await take(), ...state()]).toEqual(['OVERLOADED', 'begun', 1, 2, 2]);
    expect(recordings.canHold(1)).toBe(false);
    pace = 'free';
    expect([await take({ recordingId: 're_2' }), ...state()]).toEqual(['begun', 2, 4, 10]);
  });

  it('while the recorder falls behind; running recordings go on until others take them over', async () => {
    await take();
    await joins(2);
    pace = 'behind';
    expect([await take({ recordingId: 're_2' }), await take(), ...state()]).toEqual(['OVERLOADED', 'begun', 1, 2, 0]);
    expect([closes, recordings.list().length]).toEqual([0, 1]);
  });

  it('during a drain; running recordings continue, and orders are accepted again after it', async () => {
    await take();
    await joins(1);
    recordings.drain(true);
    expect([await take({ recordingId: 're_2' }), await take(), ...state()]).toEqual([
      'SHUTTING_DOWN',
      'begun',
      1,
      1,
      0,
    ]);
    expect(closes).toBe(0);
    recordings.drain(false);
    expect(await take({ recordingId: 're_2' })).toBe('begun');
  });
});

describe('while an API key is requested', () => {
  it('an api that does not answer causes a temporary refusal, and nothing stays charged', async () => {
    keyRequest = () => Promise.reject(new MeridianError('API_UNREACHABLE'));
    expect([await take(), await take(), ...state()]).toEqual(['API_UNREACHABLE', 'API_UNREACHABLE', 0, 0, 10]);
  });

  it('a close causes a refusal', async () => {
    const answer = Promise.withResolvers<void>();
    keyRequest = () => answer.promise;
    const taken = take();
    const over = recordings.close();
    answer.resolve();
    await over;
    expect([await taken, opened.length, recordings.size]).toEqual(['SHUTTING_DOWN', 0, 0]);
  });
});

it('the session is hidden, publishes nothing, and names recording and recorder', async () => {
  await take({ identity: 'ann' });
  const { recordingId, roomKey, identity, token } = (opened[0] as Opened).order;
  expect({ recordingId, roomKey, identity }).toEqual({ recordingId: 're_1', roomKey: 'dev/lobby', identity: 'ann' });
  const { access } = await tokens.verify(await token(), { allowExpired: false, byNode: true });
  expect(access).toMatchObject({ identity: 'recorder re_1 at rec-1', tenant: 'dev', room: 'lobby' });
  expect(access.rights).toMatchObject({ canPublish: false, canSubscribe: true, hidden: true });
  expect(recorderOf({ identity: access.identity, hidden: access.rights.hidden })).toEqual({
    recordingId: 're_1',
    recorderId: 'rec-1',
  });
});

it('a recording is charged as ordered while it joins, then by its participants, and reported', async () => {
  await take({ slots: 3 });
  expect(recordings.list()).toEqual([{ roomKey: 'dev/lobby', recordingId: 're_1', slots: 3 }]);
  await joins(7);
  expect([recordings.list()[0]?.slots, recordings.usedSlots]).toEqual([7, 7]);
});

describe('a page that has failed', () => {
  const page = { mode: 'page', pageUrl: 'https://example.org/' };

  it('is refused to all orders for a minute, and then tried again', async () => {
    await take(page);
    opened[0]?.joined.reject(new MeridianError('PAGE_FAILED', 'it answers 404'));
    await nextTurn();
    clock.advance(59_999);
    expect([await take(page), await take({ ...page, recordingId: 're_2' })]).toEqual(['PAGE_FAILED', 'begun']);
    clock.advance(1);
    expect(await take(page)).toBe('begun');
  });

  it('counts as failed midway as well as at its beginning; other ends are no failures', async () => {
    await take(page);
    await joins(2);
    opened[0]?.order.onEnded('lost', 'NODE_LOST');
    expect(await take(page)).toBe('begun');
    await joins(2);
    opened[1]?.order.onEnded('lost', 'PAGE_TOO_LARGE');
    expect([await take(page), ...state()]).toEqual(['PAGE_TOO_LARGE', 0, 0, 10]);
  });
});

describe('a close', () => {
  it('ends running recordings once, accepts no more, and resolves when all is on the disk', async () => {
    await take();
    const synced = Promise.withResolvers<void>();
    await joins(1, () => synced.promise);
    let isOver = false;
    const both = Promise.all([recordings.close(), recordings.close()]).then(() => {
      isOver = true;
    });
    await nextTurn();
    expect([isOver, closes, await take()]).toEqual([false, 1, 'SHUTTING_DOWN']);
    synced.resolve();
    await both;
    expect(state()).toEqual([0, 0, 0]);
  });

  it('waits for a joining recording, and ends it', async () => {
    await take();
    const over = recordings.close();
    await joins(1);
    await over;
    expect([closes, recordings.size]).toEqual([1, 0]);
  });

  it('completes even when a stint fails to end', async () => {
    await take();
    await joins(1, () => Promise.reject(new Error('the disk is gone')));
    await recordings.close();
    expect(recordings.size).toBe(0);
  });
});
