import { type Board, emptyPost, MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await ask('POST', '/rooms', { name: 'demo' });
});
afterEach(() => api.close());

async function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  signer: (typeof tenants)[number] = tenants[0],
) {
  const answer = await api.ask(method, path, { signer, ...(body && { body }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const open = (o: { board?: Board } = {}): void =>
  api.owners.open('acme/demo', {
    participants: [{ identity: 'ann' }],
    posts: [{ ...emptyPost, postId: 'PT_1', kind: 'gift', text: 'a rose', wallMs: 5, data: '{"count":3}' }],
    ...o,
  });
const acts = () => api.owners.commands.map(({ act }) => act);
const postId = 'PT_0123456789abcdef';
const pollId = 'PO_0123456789abcdef';

it('an announcement, a gift and a poll get ids and reach the owner', async () => {
  open();
  const announced = await ask('POST', '/rooms/demo/posts', { kind: 'announcement', text: 'Welcome' });
  const gift = { kind: 'gift', text: 'a rose', identity: 'bob', name: 'Bob', data: { count: 3 } };
  const giftAnswer = await ask('POST', '/rooms/demo/posts', gift);
  const endsAt = new Date(api.clock.wallMs() + 60_000).toISOString();
  const made = await ask('POST', '/rooms/demo/polls', { text: 'Tea?', options: ['yes', 'no'], many: true, endsAt });
  expect([announced.status, giftAnswer.status, made.status]).toEqual([201, 201, 201]);
  expect(acts()).toMatchObject([
    { post: { post: { postId: announced.body.id, kind: 'announcement', text: 'Welcome', data: '' } } },
    { post: { post: { postId: giftAnswer.body.id, identity: 'bob', name: 'Bob', data: '{"count":3}' } } },
    { poll: { pollId: made.body.id, options: ['yes', 'no'], many: true, endsWallMs: Date.parse(endsAt) } },
  ]);
  expect([announced.body.id, made.body.id]).toEqual([
    expect.stringMatching(/^PT_[A-Za-z0-9]{16}$/),
    expect.stringMatching(/^PO_[A-Za-z0-9]{16}$/),
  ]);
});

it('posts and polls are removed and closed, questions are answered', async () => {
  open();
  expect((await ask('DELETE', `/rooms/demo/posts/${postId}`)).status).toBe(204);
  expect((await ask('PATCH', `/rooms/demo/questions/${postId}`, { state: 'answered' })).status).toBe(204);
  expect((await ask('PATCH', `/rooms/demo/polls/${pollId}`, { closed: true })).status).toBe(204);
  expect((await ask('DELETE', `/rooms/demo/polls/${pollId}`)).status).toBe(204);
  expect(acts()).toEqual([
    { removePost: { postId } },
    { question: { postId, state: 'answered' } },
    { poll: { pollId, closed: true, endsWallMs: 0 } },
    { poll: { pollId, remove: true } },
  ]);
  api.owners.refusal = new MeridianError('POST_UNKNOWN');
  const unknown = await ask('PATCH', `/rooms/demo/polls/${pollId}`, { closed: true });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'POST_UNKNOWN']);
});

describe('before the owner is asked', () => {
  const poll = { text: 'Tea?', options: ['yes', 'no'] };
  it.each<[string, string, object, string]>([
    ['a kind that only people may send', 'posts', { kind: 'chat', text: 'x' }, '/kind'],
    ['an invisible text', 'posts', { kind: 'gift', text: '\u200b' }, '/text'],
    ['too long a text', 'posts', { kind: 'gift', text: 'x'.repeat(501) }, '/text'],
    ['an invalid identity', 'posts', { kind: 'gift', text: 'x', identity: 'a\u200bb' }, '/identity'],
    ['data of an announcement', 'posts', { kind: 'announcement', text: 'x', data: 1 }, '/data'],
    ['too much data', 'posts', { kind: 'gift', text: 'x', data: 'x'.repeat(4095) }, '/data'],
    ['a poll with one option', 'polls', { ...poll, options: ['yes'] }, '/options'],
    ['an invisible option', 'polls', { ...poll, options: ['yes', ' '] }, '/options'],
    ['a poll that ends in the past', 'polls', { ...poll, endsAt: '2001-01-01T00:00:00Z' }, '/endsAt'],
  ])('%s is refused', async (_what, path, body, pointer) => {
    open();
    const { status, body: problem } = await ask('POST', `/rooms/demo/${path}`, body);
    expect([status, problem.errors?.map((field: { pointer: string }) => field.pointer)]).toEqual([400, [pointer]]);
    expect(acts()).toEqual([]);
  });

  it('a post to an empty room finds no people', async () => {
    const post = { kind: 'announcement', text: 'x' };
    expect((await ask('POST', '/rooms/demo/posts', post)).status).toBe(404);
    expect((await ask('POST', '/rooms/demo/polls', poll)).status).toBe(404);
  });
});

it('the board shows posts, questions with votes, polls and reactions, and is empty for an empty room', async () => {
  const empty = { posts: [], questions: [], polls: [], reactions: {} };
  expect((await ask('GET', '/rooms/demo/board')).body).toEqual(empty);
  const question = { ...emptyPost, postId, kind: 'question', identity: 'bob', text: 'why?', votes: 2, state: 'open' };
  const options = [
    { text: 'yes', votes: 4 },
    { text: 'no', votes: 0 },
  ];
  const poll = { pollId, text: 'Tea?', options, many: false, closed: false, endsWallMs: 0, sinceWallMs: 1000 };
  open({ board: { version: 1, questions: [question], polls: [poll], reactions: { like: 7 } } });
  expect((await ask('GET', '/rooms/demo/board')).body).toMatchObject({
    posts: [{ id: 'PT_1', kind: 'gift', identity: null, data: { count: 3 }, at: '1970-01-01T00:00:00.005Z' }],
    questions: [{ id: postId, identity: 'bob', votes: 2, state: 'open' }],
    polls: [{ id: pollId, options, endsAt: null }],
    reactions: { like: 7 },
  });
});

it('a room shows the settings of its posts', async () => {
  const settings = { kind: 'show', slowModeS: 30, postsMuted: true, postWords: ['坏话'] };
  const changed = await ask('PATCH', '/rooms/demo', settings);
  expect([changed.status, changed.body]).toMatchObject([200, settings]);
  expect((await ask('GET', '/rooms/demo')).body).toMatchObject(settings);
  const blank = await ask('PATCH', '/rooms/demo', { postWords: ['\u200b'] });
  expect([blank.status, blank.body.errors[0].pointer]).toEqual([400, '/postWords']);
  expect((await ask('PATCH', '/rooms/demo', { kind: 'meeting', postWords: [] })).body).toMatchObject({
    kind: 'meeting',
    postWords: [],
    postsMuted: true,
  });
});
