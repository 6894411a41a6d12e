// Removal from the main room ends a person's part in its break-outs, which other instances may own.
import { partsOfRoomKey } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
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
