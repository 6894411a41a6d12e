// Posts, votes and reactions over two signaling nodes, one of which owns the room and dies.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [owner, other]: Instance[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  for (const id of ['sig-1', 'sig-2']) await rig.instance(id);
  [owner, other] = rig.instances;
  await until(() => owner?.centre.fleet.has('sig-2') === true, 'both know each other');
});
afterEach(() => rig.close());

const join = (at: Instance | undefined, identity: string, video: Record<string, unknown> = {}) =>
  TestClient.join(at?.url ?? '', { identity, video });
/** At the owner, and counts as a host. */
const ann = () => join(owner, 'ann', { roomAdmin: true });
const bob = () => join(other, 'bob');
const act = (client: TestClient, body: wire.RoomAct.$Properties) => client.outcome({ act: body });
const say = (client: TestClient, text: string, kind = 'chat') => client.request({ sendPost: { kind, text } });
const postsOf = (client: TestClient): wire.Post.$Properties[] => [
  ...(client.joined?.posts ?? []),
  ...client.heard.flatMap(({ posts }) => posts?.posts ?? []),
];
const texts = (client: TestClient) => postsOf(client).map(({ text }) => text);
const removed = (client: TestClient) => client.heard.flatMap(({ posts }) => posts?.removedIds ?? []);
const board = (client: TestClient) => client.heard.findLast((frame) => frame.board)?.board ?? client.joined?.board;
const likes = (client: TestClient, name = 'like') =>
  (client.heard.findLast((frame) => frame.reactions)?.reactions?.totals ?? client.joined?.board?.reactions)?.[name];

it('a post reaches all, and those that join later, through either signaling node', async () => {
  const [a, b] = [await ann(), await bob()];
  const taken = (await say(b, 'hello')).postTaken;
  expect(taken?.postId).toMatch(/^PT_/);
  await until(() => texts(a).length > 0 && texts(b).length > 0, 'both see it');
  const seen = { postId: taken?.postId, kind: 'chat', identity: 'bob', name: 'name of bob', text: 'hello' };
  for (const one of [a, b]) expect(postsOf(one)).toMatchObject([{ ...seen, wallMs: taken?.wallMs }]);
  const later = [await join(owner, 'cid'), await join(other, 'dan')];
  for (const one of later) expect(one.joined?.posts).toMatchObject([seen]);
});

it('a signaling node whose first participant joins has all before that one is in', async () => {
  const a = await ann();
  await say(a, 'hello');
  await say(a, 'why?', 'question');
  await until(() => (board(a)?.questions ?? []).length === 1, 'ann sees the question');
  const b = await bob();
  expect(b.joined?.posts?.map(({ text }) => text)).toEqual(['hello', 'why?']);
  expect(b.joined?.board?.questions).toMatchObject([{ text: 'why?', state: 'open' }]);
});

it('malformed, oversized and forbidden ones are refused, and none of them is seen', async () => {
  const [a, b] = [await ann(), await bob()];
  const mute = await join(other, 'mute', { canPublishData: false });
  const code = async (client: TestClient, sendPost: wire.SendPost.$Properties) =>
    (await client.request({ sendPost })).error?.code;
  expect(await code(b, {})).toBe('REQUEST_INVALID');
  expect(await code(b, { kind: 'announcement', text: 'x' })).toBe('REQUEST_INVALID');
  expect(await code(b, { kind: 'chat', text: 'x'.repeat(501) })).toBe('REQUEST_INVALID');
  expect(await code(b, { kind: 'danmaku', text: 'x', style: 'url(x)' })).toBe('REQUEST_INVALID');
  expect(await code(mute, { kind: 'chat', text: 'x' })).toBe('NOT_PERMITTED');
  expect(await b.outcome({ sendVote: {} })).toBe('REQUEST_INVALID');
  expect(await b.outcome({ sendVote: { postId: 'PT_0123456789abcdef' } })).toBe('POST_UNKNOWN');
  expect(await b.outcome({ sendVote: { postId: 'PT_0123456789abcdef', pollId: 'PO_0123456789abcdef' } })).toBe(
    'REQUEST_INVALID',
  );
  const announcement = { post: { post: { kind: 'announcement', text: 'x' } } };
  expect(await act(a, announcement)).toBe('NOT_PERMITTED');
  expect(await act(a, { setRoom: { postWords: ['坏话'], setPostWords: true } })).toBe('ack');
  expect(await code(b, { kind: 'chat', text: '坏 话' })).toBe('POST_REFUSED');
  await say(b, 'the only one');
  await until(() => texts(a).length > 0, 'ann sees it');
  expect(texts(a)).toEqual(['the only one']);
});

it('hosts mute posts and slow them down, and all hear that; what they remove leaves every screen', async () => {
  const [a, b] = [await ann(), await bob()];
  const postId = (await say(b, 'one')).postTaken?.postId ?? '';
  expect(await act(a, { setRoom: { slowModeMs: 60_000 } })).toBe('ack');
  const refused = (await say(b, 'two')).error;
  expect(refused?.code).toBe('RATE_LIMITED');
  expect(refused?.retryAfterMs).toBeGreaterThan(30_000);
  expect((await say(a, 'a host')).postTaken?.postId).toBeDefined();
  expect(await act(a, { setRoom: { slowModeMs: 0, postsMuted: true } })).toBe('ack');
  expect((await say(b, 'two')).error?.code).toBe('NOT_PERMITTED');
  await until(() => b.events().some(({ roomChanged }) => roomChanged?.info?.postsMuted === true), 'bob hears it');
  expect(await act(b, { removePost: { postId } })).toBe('NOT_PERMITTED');
  expect(await act(a, { removePost: { postId } })).toBe('ack');
  await until(() => removed(b).includes(postId) && removed(a).includes(postId), 'both hear that it is gone');
  expect((await join(other, 'cid')).joined?.posts?.map(({ text }) => text)).toEqual(['a host']);
});

it('reactions of both signaling nodes are summed; a client counts at most 20 a second', async () => {
  const [a, b] = [await ann(), await bob()];
  expect(await a.outcome({ sendReactions: { counts: { like: 3 } } })).toBe('ack');
  expect(await b.outcome({ sendReactions: { counts: { like: 1_000_000, 'no name': 4 } } })).toBe('ack');
  await until(() => likes(a) === 23 && likes(b) === 23, 'both hear the total');
});

it('its owner dies: posts, the board and one vote of each go on under the next', async () => {
  const [a, b] = [await ann(), await bob()];
  const cid = await join(other, 'cid');
  expect(await act(a, { poll: { text: 'Tea?', options: ['yes', 'no'] } })).toBe('ack');
  const question = (await say(a, 'why?', 'question')).postTaken?.postId ?? '';
  await until(() => board(b)?.polls?.length === 1 && board(b)?.questions?.length === 1, 'bob sees both');
  const pollId = board(b)?.polls?.[0]?.pollId ?? '';
  const vote = (client: TestClient, o: wire.SendVote.$Properties) => client.outcome({ sendVote: o });
  expect([await vote(a, { postId: question }), await vote(b, { postId: question })]).toEqual(['ack', 'ack']);
  expect([await vote(a, { pollId, options: [0] }), await vote(b, { pollId, options: [0] })]).toEqual(['ack', 'ack']);
  await a.outcome({ sendReactions: { counts: { like: 5 } } });
  await until(
    () => board(b)?.questions?.[0]?.votes === 2 && board(b)?.polls?.[0]?.options?.[0]?.votes === 2 && likes(b) === 5,
    'bob sees all votes',
  );
  await owner?.kill();
  await say(cid, 'after');
  await until(() => texts(b).includes('after'), 'bob hears the next owner');
  expect((await vote(b, { postId: question })) && (await vote(b, { pollId, options: [1] }))).toBe('ack');
  await until(() => board(b)?.polls?.[0]?.options?.[1]?.votes === 1, 'the vote took the place of the other');
  expect(board(b)).toMatchObject({
    questions: [{ text: 'why?', votes: 2 }],
    polls: [{ options: [{ votes: 1 }, { votes: 1 }] }],
  });
  await cid.outcome({ sendReactions: { counts: { like: 2 } } });
  await until(() => likes(b) === 7, 'reactions go on');
  const dan = await join(other, 'dan');
  expect(dan.joined?.posts?.map(({ text }) => text)).toEqual(['why?', 'after']);
  expect(dan.joined?.board).toMatchObject({ questions: [{ votes: 2 }] });
  const again = await join(other, 'ann', { roomAdmin: true });
  expect(await again.outcome({ sendVote: { postId: question } })).toBe('ack');
  expect(await act(again, { question: { postId: question, state: 'answered' } })).toBe('ack');
  await until(() => board(b)?.questions?.[0]?.state === 'answered', 'bob sees that it was answered');
  expect(board(b)?.questions?.[0]?.votes).toBe(2);
}, 30_000);
