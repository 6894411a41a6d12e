// Removal from the main room ends a person's part in its break-outs, which other instances may own.
import { partsOfRoomKey } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { BreakOutRemovals } from '../../src/owner/break-out-removals.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, settled } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let fra: MemoryNode;
let sgp: MemoryNode;
let host: MemoryClient;
let breakOut = '';
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  cloud.mediaNode('sfu-fra', 'fra');
  fra = await cloud.node('sig-fra', 'fra');
  sgp = await cloud.node('sig-sgp', 'sgp');
  host = await MemoryClient.join(cloud, fra, { identity: 'hanna', video: { roomAdmin: true } });
  const breakOuts = [{ name: 'Group', identities: ['ann', 'bob'] }];
  expect(await host.outcome({ act: { breakOuts: { set: true, breakOuts } } })).toBe('ack');
  const [main] = fra.owned.all();
  const [group] = main?.policy.breakOuts ?? [];
  breakOut = `${partsOfRoomKey(main?.room.roomKey ?? '')?.room}~${group?.breakOutId}`;
});
afterEach(() => cloud.close());

const joinMain = (identity: string) => MemoryClient.join(cloud, sgp, { identity });
const joinGroup = (identity: string, node = sgp) =>
  MemoryClient.join(cloud, node, { identity, room: breakOut, video: { breakOut: true } });

describe.each([
  ['this instance', () => fra],
  ['another instance', () => sgp],
])('a person that is removed from the main room, in a break-out of %s', (_what, owner) => {
  it('leaves the break-out, stays out with an unused token, and others stay', async () => {
    const bob = await joinGroup('bob', owner());
    const [annInMain, ann] = [await joinMain('ann'), await joinGroup('ann', owner())];
    expect(await host.outcome({ act: { remove: { identity: 'ann' } } })).toBe('ack');
    await cloud.until(() => ann.closed !== undefined && annInMain.closed !== undefined, 'both sessions end', 3000);
    expect([ann.closed?.reason, annInMain.closed?.reason]).toEqual(['KICKED', 'KICKED']);
    await expect(joinGroup('ann', owner())).rejects.toThrow('KICKED');
    expect(bob.closed).toBeUndefined();
  });

  it('may enter again where it may return to the main room', async () => {
    await joinGroup('bob', owner());
    await joinMain('ann');
    const ann = await joinGroup('ann', owner());
    expect(await host.outcome({ act: { remove: { identity: 'ann', mayReturn: true } } })).toBe('ack');
    await cloud.until(() => ann.closed !== undefined, 'the session ends', 3000);
    expect((await joinGroup('ann', owner())).joined).toBeDefined();
  });
});

describe('a person that is removed from the main room', () => {
  const remove = async () => expect(await host.outcome({ act: { remove: { identity: 'ann' } } })).toBe('ack');

  it('opens no break-out with an unused token, and others do', async () => {
    await joinMain('ann');
    await remove();
    await settled();
    await expect(joinGroup('ann')).rejects.toThrow('KICKED');
    expect((await joinGroup('bob')).joined).toBeDefined();
    await cloud.run(60_000, 1000);
    await expect(joinGroup('ann')).rejects.toThrow('KICKED');
  });

  it('is kept out of break-outs by the next owner of the main room too', async () => {
    await joinMain('ann');
    await joinMain('cid');
    await remove();
    fra.kill();
    await cloud.until(() => [...sgp.owned.all()].some(({ isEmpty }) => !isEmpty), 'the next owner');
    await cloud.until(() => [...sgp.owned.all()].length === 2, 'the break-out opens with the ban', 3000);
    await expect(joinGroup('ann')).rejects.toThrow('KICKED');
  });

  it('leaves a break-out whose owner could not be reached at first', async () => {
    await MemoryClient.join(cloud, fra, { identity: 'ann' });
    const [ann, bob] = [await joinGroup('ann'), await joinGroup('bob')];
    for (const link of sgp.links) link.close('cut off');
    await remove();
    await cloud.run(bounds.resolveForMs + bounds.requestDeadlineMs, 250);
    expect(ann.closed).toBeUndefined();
    sgp.linkWith(fra);
    await cloud.until(() => ann.closed !== undefined, 'the session ends', bounds.breakOutRemovalPauseMsMax);
    expect([ann.closed?.reason, bob.closed]).toEqual(['KICKED', undefined]);
  });

  it('comes into a break-out that it was let into again while the removal was under way', async () => {
    await MemoryClient.join(cloud, fra, { identity: 'ann' });
    const bob = await joinGroup('bob');
    for (const link of sgp.links) link.close('cut off');
    await remove();
    await cloud.run(1000, 250);
    const [main] = fra.owned.all();
    main?.command([{ type: 'unban', identity: 'ann' }]);
    await cloud.run(bounds.resolveForMs + bounds.requestDeadlineMs, 250);
    sgp.linkWith(fra);
    await cloud.run(bounds.breakOutRemovalPauseMsMax, 1000);
    expect((await joinGroup('ann')).joined).toBeDefined();
    expect(bob.closed).toBeUndefined();
  });
});

describe('a removal from the main room opens no empty break-out', () => {
  const ownedAfter = async (removal: { identity: string; banS?: number; mayReturn?: boolean }) => {
    await host.outcome({ act: { remove: removal } });
    await cloud.run(2000, 250);
    return [...fra.owned.all(), ...sgp.owned.all()].map(({ room }) => room.roomKey);
  };
  const main = [expect.not.stringContaining('~')];

  it('for a person that was not here, who leaves an open one', async () => {
    expect(await ownedAfter({ identity: 'ann', banS: 60 })).toEqual(main);
    const [ann, bob] = [await joinGroup('ann'), await joinGroup('bob')];
    await ownedAfter({ identity: 'ann', banS: 60 });
    expect([ann.closed?.reason, bob.closed]).toEqual(['KICKED', undefined]);
  });

  it('for a person that may return', async () => {
    await joinMain('ann');
    expect(await ownedAfter({ identity: 'ann', mayReturn: true })).toEqual(main);
  });

  it('unless a companion of the person was here and may hold a token', async () => {
    await joinMain('ann-viewer');
    expect(await ownedAfter({ identity: 'ann', banS: 60 })).toHaveLength(2);
  });

  it('unless the person was here a moment ago and may hold a token', async () => {
    const ann = await joinMain('ann');
    ann.leave();
    await cloud.run(1000, 250);
    expect(await ownedAfter({ identity: 'ann', banS: 60 })).toHaveLength(2);
    await expect(joinGroup('ann')).rejects.toThrow('KICKED');
  });
});

describe('the removals of a main room', () => {
  const setUp = () => {
    const openRooms = new Set(['main~BO_a', 'main~BO_b']);
    const sent: string[] = [];
    const remove = async (room: string) => {
      sent.push(room);
      throw new Error('no answer');
    };
    const { clock, log } = cloud;
    return { openRooms, sent, removals: new BreakOutRemovals({ clock, log, openRooms: () => openRooms, remove }) };
  };

  it('are given up for a break-out that is closed', async () => {
    const { openRooms, sent, removals } = setUp();
    removals.add({ identity: 'ann' }, true);
    await settled();
    expect(sent.splice(0)).toEqual(['main~BO_a', 'main~BO_b']);
    openRooms.delete('main~BO_a');
    await cloud.run(bounds.breakOutRemovalPauseMs, 250);
    expect(sent).toEqual(['main~BO_b']);
    removals.close();
  });

  it('know who may hold a token as long as a token lasts, within a bound', async () => {
    const { openRooms, removals } = setUp();
    removals.left('ann-viewer');
    await cloud.run(bounds.breakOutTokenMs - 1, bounds.breakOutTokenMs);
    expect(['ann', 'bob'].map((identity) => removals.mayHoldToken(identity))).toEqual([true, false]);
    await cloud.run(1);
    expect(removals.mayHoldToken('ann')).toBe(false);
    for (let at = 0; at <= bounds.breakOutTokenHoldersMax; at += 1) removals.left(`guest-${at}`);
    expect(['guest-0', 'guest-1'].map((identity) => removals.mayHoldToken(identity))).toEqual([false, true]);
    openRooms.clear();
    removals.left('cid');
    expect(removals.mayHoldToken('cid')).toBe(false);
    removals.close();
  });
});

it('new guests need no host to come into a break-out after a removal', async () => {
  await joinGroup('bob');
  await joinMain('ann');
  expect(await host.outcome({ act: { remove: { identity: 'ann' } } })).toBe('ack');
  await cloud.run(1000);
  expect((await joinGroup('guest-a')).joined).toBeDefined();
});

const refused = expect.objectContaining({ code: 'NOT_PERMITTED' });
it('only owners of main rooms remove without a session, and only from break-outs', async () => {
  const [main] = fra.owned.all();
  const remove = { type: 'remove', identity: 'hanna', reason: '', bannedFor: 0, mayReturn: false } as const;
  expect(() => main?.act('sig-sgp', '', remove)).toThrow(refused);
  const bob = await joinGroup('bob', fra);
  const group = [...fra.owned.all()].find(({ room }) => room.roomKey.endsWith(breakOut));
  expect(() => group?.act('sig-sgp', '', { type: 'end', reason: '' })).toThrow(refused);
  expect(bob.closed).toBeUndefined();
});
