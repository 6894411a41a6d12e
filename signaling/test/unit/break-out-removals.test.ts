// Removal from the main room ends a person's part in its break-outs, which other instances may own.
import { partsOfRoomKey } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryClient, MemoryCloud, type MemoryNode } from '../support/memory-cloud.ts';

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
