// Tests an owner's posts: accepted texts, rates, votes and ends, and the copies for the next owner.
import { randomBytes } from 'node:crypto';
import {
  emptyBoard,
  emptyPolicy,
  emptyPost,
  emptyRoomInfo,
  isPostStyle,
  limits,
  type Post,
  type RoomPolicy,
} from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertMayPost,
  CrowdFeed,
  newPoll,
  type PostNews,
  PostPace,
  PostStore,
  postWords,
  Roster,
  sentPostFromWire,
} from '../../src/core/index.ts';
import { RoomPosts } from '../../src/owner/posts.ts';
import { newsFromWire, newsToWire, voterOf } from '../../src/wire/post-wire.ts';
import { person } from './fixtures.ts';

const idOf = (n: number | string, prefix = 'PT_') => `${prefix}${String(n).padStart(16, '0')}`;
const post = (n: number, o: Partial<Post> = {}): Post => ({
  ...emptyPost,
  postId: idOf(n),
  kind: 'chat',
  identity: 'ann',
  text: `text ${n}`,
  wallMs: 1000 + n,
  ...o,
});
const question = (n: number, o: Partial<Post> = {}) => post(n, { kind: 'question', state: 'open', ...o });
const poll = (n: number, o: { many?: boolean; endsWallMs?: number } = {}) =>
  newPoll({
    pollId: idOf(n, 'PO_'),
    text: 'Tea?',
    options: ['yes', 'no'],
    many: false,
    endsWallMs: 0,
    nowWallMs: 1,
    ...o,
  });
const codeOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};
const all = { board: true, reactions: true };

describe('words that a room refuses', () => {
  it.each([
    ['bad', 'this is BAD', true],
    ['Bad', 'b a d!', true],
    ['bad', 'ｂａｄ', true],
    ['bad', 'b\u200ba\u2060d', true],
    ['bad', 'badly', false],
    ['ass', 'a class of its own', false],
    ['ass', 'cl ass', true],
    ['straße', 'STRASSE', true],
    ['ΟΔΟΣ', 'οδος', true],
    ['坏话', '他说坏话了', true],
    ['坏话', '坏 话', true],
    ['坏话', '坏\u200b\n话', true],
    ['坏话', '好话', false],
    ['ばか', 'おおばかもの', true],
    ['two words', 'TWO  WORDS', true],
    ['two words', 'two good words', false],
    ['c++', 'I like C++.', true],
    [' \u200b ', 'anything', false],
  ])('%j in %j: %j', (word, text, isFound) => {
    expect(postWords(['never', word]).found(text) !== undefined).toBe(isFound);
  });

  it('are found in any case and width, with blanks and invisible characters between the letters', () => {
    const wide = (letter: string) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0);
    const shapes = [(letter: string) => letter, (letter: string) => letter.toUpperCase(), wide];
    const gaps = ['', ' ', '\u200b', '\u3000', '\u00ad'];
    const letter = fc.tuple(fc.constantFrom(...'abcdexyz'), fc.constantFrom(...shapes), fc.constantFrom(...gaps));
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 8 }), (letters) => {
        const word = letters.map(([one]) => one).join('');
        const text = letters.map(([one, shape, gap]) => shape(one) + gap).join('');
        return postWords([word]).found(`so, ${text}!`) === word;
      }),
    );
  });
});

describe('the form of a post', () => {
  it.each([
    [{ kind: 'chat', text: 'hi' }, 'ok'],
    [{ kind: 'chat', text: 'two\nlines' }, 'ok'],
    [{ kind: 'danmaku', text: 'two\nlines' }, 'REQUEST_INVALID'],
    [{ kind: 'danmaku', text: 'hi', style: '#ff0000 top' }, 'ok'],
    [{ kind: 'chat', text: 'hi', style: '#ff0000' }, 'REQUEST_INVALID'],
    [{ kind: 'gift', text: 'hi' }, 'REQUEST_INVALID'],
    [{ kind: 'announcement', text: 'hi' }, 'REQUEST_INVALID'],
    [{ kind: '', text: 'hi' }, 'REQUEST_INVALID'],
    [{}, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: '' }, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: ' \u200b\u3164 ' }, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: 'a\u202eb' }, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: 'a\u0007b' }, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: '笑'.repeat(500) }, 'ok'],
    [{ kind: 'chat', text: '😀'.repeat(500) }, 'ok'],
    [{ kind: 'chat', text: 'a'.repeat(501) }, 'REQUEST_INVALID'],
    [{ kind: 'chat', text: '😀'.repeat(501) }, 'REQUEST_INVALID'],
  ])('%j: %s', (sent, expected) => {
    expect(codeOf(() => sentPostFromWire(sent) && 'ok')).toBe(expected);
  });

  it('has no picture time if the given time is invalid', () => {
    const timeOf = (pictureWallMs: number) =>
      sentPostFromWire({ kind: 'chat', text: 'x', pictureWallMs }).pictureWallMs;
    expect([Number.NaN, -1, Number.POSITIVE_INFINITY, 0, 12.4].map(timeOf)).toEqual([0, 0, 0, 0, 12]);
  });

  it.each([
    ['', true],
    ['#00ff00', true],
    [' bottom', true],
    ['#00ff00 bottom', true],
    ['#00FF00', false],
    ['#00ff00 left', false],
    ['red', false],
    ['#00ff00;top', false],
  ])('style %j: %j', (style, isLegal) => expect(isPostStyle(style)).toBe(isLegal));

  it.each(['none', 'cohost', 'host'] as const)(
    'comes only from hosts and cohosts while posts are muted: %s',
    (rank) => {
      const author = { identity: 'ann', name: '', rank, canPublishData: true };
      const may = (postsMuted: boolean) =>
        codeOf(() => assertMayPost(author, 'hi', { postsMuted }, postWords([]))) ?? 'ok';
      expect([may(false), may(true)]).toEqual(['ok', rank === 'none' ? 'NOT_PERMITTED' : 'ok']);
    },
  );

  it('needs the right to send data, and may not contain a refused word', () => {
    const author = { identity: 'ann', name: '', rank: 'host' as const, canPublishData: false };
    const may = (canPublishData: boolean, text: string) =>
      codeOf(() => assertMayPost({ ...author, canPublishData }, text, emptyPolicy, postWords(['bad'])));
    expect([may(false, 'hi'), may(true, 'hi'), may(true, 'so bad')]).toEqual([
      'NOT_PERMITTED',
      undefined,
      'POST_REFUSED',
    ]);
  });
});

describe('the pace of posts', () => {
  const at = (ms: number) => ({ nowMs: ms, nowWallMs: ms });

  it('after a clock was set back keeps an identity waiting no longer than the slow mode', () => {
    const pace = new PostPace();
    pace.take('ann', 5000, at(1_000_000));
    expect(pace.take('ann', 5000, { nowMs: 1_000_001, nowWallMs: 5 })?.retryAfterMs).toBe(5000);
  });

  it('of an identity is ten at once, then two a second', () => {
    const pace = new PostPace();
    const codes = Array.from({ length: 11 }, () => pace.take('ann', 0, at(0))?.code);
    expect(codes).toEqual([...Array.from({ length: 10 }, () => undefined), 'RATE_LIMITED']);
    expect([pace.take('ann', 0, at(499))?.retryAfterMs, pace.take('ann', 0, at(500))]).toEqual([1, undefined]);
  });

  it('of a room is 200 a second; an identity that is refused for others keeps its tokens', () => {
    const pace = new PostPace();
    const codes = Array.from({ length: 201 }, (_, n) => pace.take(`p${n}`, 60_000, at(0))?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(200);
    expect(codes.at(-1)).toBe('OVERLOADED');
    expect(pace.take('p200', 60_000, at(5))).toBeUndefined();
  });
});

describe('the store of posts', () => {
  it('keeps the last posts, and reports each once', () => {
    const book = new PostStore(1);
    for (let n = 0; n < limits.postsKeptMax + 5; n += 1) book.add(post(n));
    expect([book.posts.length, book.posts[0]?.postId]).toEqual([limits.postsKeptMax, idOf(5)]);
    expect(book.takeNews(all)?.posts).toHaveLength(limits.postsKeptMax + 5);
    expect(book.takeNews(all)).toBeUndefined();
  });

  it('loses a removed post, its question too, and no copy restores it', () => {
    const book = new PostStore(2);
    book.add(question(1));
    book.takeNews(all);
    expect([book.remove(idOf(1)), book.remove(idOf(99))]).toEqual([true, false]);
    book.merge({
      posts: [question(1)],
      removedIds: [],
      voted: [],
      board: { ...emptyBoard, version: 5, questions: [question(1)] },
    });
    expect([book.posts, book.board.questions]).toEqual([[], []]);
    expect(book.takeNews(all)).toMatchObject({ posts: [], removedIds: [idOf(1), idOf(99)] });
  });

  it('counts a final vote of each identity for a question, and none once it is answered', () => {
    const book = new PostStore(1);
    book.add(question(1));
    expect([book.voteQuestion(voterOf('ann'), idOf(1)), book.voteQuestion(voterOf('bob'), idOf(1))]).toEqual([
      true,
      true,
    ]);
    expect(book.voteQuestion(voterOf('ann'), idOf(1))).toBe(false);
    expect(book.board.questions[0]?.votes).toBe(2);
    expect(codeOf(() => book.voteQuestion(voterOf('ann'), idOf(2)))).toBe('POST_UNKNOWN');
    book.setQuestion(idOf(1), 'answered');
    expect(codeOf(() => book.voteQuestion(voterOf('cid'), idOf(1)))).toBe('OUT_OF_ORDER');
  });

  it('replaces an earlier vote in a poll, and lets it be withdrawn', () => {
    const book = new PostStore(1);
    book.addPoll(poll(1));
    book.addPoll(poll(2, { many: true }));
    const votes = (n: number) => book.board.polls[n - 1]?.options.map((option) => option.votes);
    const vote = (who: string, n: number, options: number[]) =>
      codeOf(() => book.votePoll(voterOf(who), idOf(n, 'PO_'), options));
    expect([vote('ann', 1, [0]), votes(1)]).toEqual([true, [1, 0]]);
    expect([vote('ann', 1, [0]), votes(1)]).toEqual([false, [1, 0]]);
    expect([vote('ann', 1, [1]), votes(1)]).toEqual([true, [0, 1]]);
    expect([vote('ann', 1, [0, 1]), vote('ann', 1, [2]), vote('ann', 9, [0])]).toEqual([
      'REQUEST_INVALID',
      'REQUEST_INVALID',
      'POST_UNKNOWN',
    ]);
    expect([vote('ann', 1, []), votes(1)]).toEqual([true, [0, 0]]);
    expect([vote('ann', 2, [1, 0, 1]), votes(2)]).toEqual([true, [1, 1]]);
    book.setPoll(idOf(1, 'PO_'), { closed: true });
    expect(vote('bob', 1, [0])).toBe('OUT_OF_ORDER');
  });

  it('refuses votes beyond the bound of a room; earlier voters may change theirs', () => {
    const book = new PostStore(1);
    book.add(question(1));
    book.add(question(2));
    for (const n of [1, 2, 3]) book.addPoll(poll(n));
    book.votePoll(0, idOf(1, 'PO_'), [1]);
    const voters = (count: number): number[] => Array.from({ length: count }, (_, voter) => voter);
    for (const voter of voters(limits.questionVotesMax)) book.voteQuestion(voter, idOf(1));
    for (const n of [1, 2])
      for (const voter of voters(limits.pollVotesMax / 2)) book.votePoll(voter, idOf(n, 'PO_'), [0]);
    expect(codeOf(() => book.voteQuestion(1, idOf(2)))).toBe('QUOTA_EXCEEDED');
    expect(codeOf(() => book.votePoll(1, idOf(3, 'PO_'), [1]))).toBe('QUOTA_EXCEEDED');
    expect([book.voteQuestion(0, idOf(1)), book.votePoll(0, idOf(1, 'PO_'), [0])]).toEqual([false, false]);
    expect(book.votePoll(0, idOf(1, 'PO_'), [1])).toBe(true);
    const [whole, one] = [limits.questionVotesMax, limits.pollVotesMax / 2];
    const counted = () => book.board.polls.map(({ options }) => options.map(({ votes }) => votes));
    expect(counted()).toEqual([
      [one - 1, 1],
      [one, 0],
      [0, 0],
    ]);
    expect(book.board.questions.map(({ votes }) => votes)).toEqual([whole, 0]);
    book.remove(idOf(1));
    book.removePoll(idOf(2, 'PO_'));
    expect([book.voteQuestion(1, idOf(2)), book.votePoll(1, idOf(3, 'PO_'), [1])]).toEqual([true, true]);
    expect(book.snapshot().voted).toHaveLength(one + 2);
  });

  it('gives each option the identities whose last vote it is, in any order of votes', () => {
    const step = fc.tuple(fc.constantFrom('ann', 'bob', 'cid'), fc.subarray([0, 1]));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const book = new PostStore(1);
        book.addPoll(poll(1, { many: true }));
        for (const [who, options] of steps) book.votePoll(voterOf(who), idOf(1, 'PO_'), options);
        const last = new Map(steps);
        const expected = [0, 1].map((at) => [...last.values()].filter((options) => options.includes(at)).length);
        expect(book.board.polls[0]?.options.map(({ votes }) => votes)).toEqual(expected);
      }),
    );
  });

  it('closes a poll exactly at its end', () => {
    const book = new PostStore(1);
    book.addPoll(poll(1, { endsWallMs: 5000 }));
    book.addPoll(poll(2, { endsWallMs: 7000 }));
    const closed = () => book.board.polls.map((one) => one.closed);
    expect([book.closeEnded(4999), closed()]).toEqual([5000, [false, false]]);
    expect([book.closeEnded(5000), closed()]).toEqual([7000, [true, false]]);
    expect([book.closeEnded(7000), closed()]).toEqual([undefined, [true, true]]);
  });

  it.each([
    [{ text: '' }],
    [{ options: ['one'] }],
    [{ options: ['a', 'a'] }],
    [{ options: ['a', ' '] }],
    [{ options: Array.from({ length: 13 }, (_, n) => `${n}`) }],
    [{ text: 'x'.repeat(201) }],
    [{ endsWallMs: 1 }],
  ])('%j is no poll', (o) => {
    const form = {
      pollId: 'PO_1',
      text: 'Tea?',
      options: ['yes', 'no'],
      many: false,
      endsWallMs: 0,
      nowWallMs: 1,
      ...o,
    };
    expect(codeOf(() => newPoll(form))).toBe('REQUEST_INVALID');
  });

  it('has a bound on polls and open questions; answered questions make room', () => {
    const book = new PostStore(1);
    for (let n = 0; n < limits.pollsMax; n += 1) book.addPoll(poll(n));
    expect(codeOf(() => book.addPoll(poll(99)))).toBe('QUOTA_EXCEEDED');
    for (let n = 0; n < limits.questionsMax; n += 1) book.add(question(n));
    expect(codeOf(() => book.add(question(999)))).toBe('QUOTA_EXCEEDED');
    book.setQuestion(idOf(3), 'answered');
    book.add(question(999));
    expect(codeOf(() => book.voteQuestion(voterOf('ann'), idOf(3)))).toBe('POST_UNKNOWN');
  });

  it('shows questions being answered, then the most voted, within the clients’ bound', () => {
    const book = new PostStore(1);
    for (let n = 0; n < 150; n += 1) book.add(question(n, { text: '笑'.repeat(n < 3 ? 5 : 500) }));
    book.voteQuestion(voterOf('ann'), idOf(2));
    book.setQuestion(idOf(1), 'answering');
    const shown = book.board.questions;
    expect(shown.slice(0, 3).map(({ postId }) => postId)).toEqual([idOf(1), idOf(2), idOf(0)]);
    expect(JSON.stringify(shown).length).toBeLessThan(limits.postsBytesMax);
    expect(shown.length).toBeGreaterThan(20);
  });

  it('counts reactions of legal names, up to a bound of names', () => {
    const book = new PostStore(1);
    book.react({ like: 3, 'not a name': 5, clap: -1 });
    for (let n = 0; n < 20; n += 1) book.react({ [`r${n}`]: 1 });
    book.react({ like: 2 });
    expect(Object.keys(book.board.reactions)).toHaveLength(limits.reactionNamesMax);
    expect(book.board.reactions).toMatchObject({ like: 5, r0: 1 });
  });
});

describe('the next owner', () => {
  const before = () => {
    const book = new PostStore(1);
    book.add(post(1));
    book.add(question(2));
    book.addPoll(poll(1));
    book.voteQuestion(voterOf('ann'), idOf(2));
    book.votePoll(voterOf('ann'), idOf(1, 'PO_'), [1]);
    book.react({ like: 10 });
    return book;
  };
  const overWire = (news: PostNews): PostNews[] => newsToWire(news).map((message) => newsFromWire(message));

  it('continues with posts, votes and counts, and accepts no second vote', () => {
    const next = new PostStore(2);
    next.react({ like: 1 });
    for (const news of overWire(before().snapshot())) next.merge(news);
    expect(next.posts.map(({ text }) => text)).toEqual(['text 1', 'text 2']);
    expect(next.board).toMatchObject({ questions: [{ votes: 1 }], polls: [{ options: [{ votes: 0 }, { votes: 1 }] }] });
    expect(next.board.reactions).toEqual({ like: 11 });
    expect(next.voteQuestion(voterOf('ann'), idOf(2))).toBe(false);
    next.votePoll(voterOf('ann'), idOf(1, 'PO_'), [0]);
    expect(next.board.polls[0]?.options.map(({ votes }) => votes)).toEqual([1, 0]);
  });

  it('takes the newest of several copies, each once, in any order', () => {
    const book = before();
    const old = book.snapshot();
    book.voteQuestion(voterOf('bob'), idOf(2));
    book.react({ like: 5 });
    const [late] = [book.snapshot()];
    for (const copies of [
      [old, late, old],
      [late, old, late],
    ]) {
      const next = new PostStore(2);
      for (const copy of copies) next.merge(copy);
      expect(next.board.questions[0]?.votes).toBe(2);
      expect(next.board.reactions).toEqual({ like: 15 });
      expect(next.posts).toHaveLength(2);
      expect(next.board.version).toBeGreaterThan(late.board?.version ?? 0);
    }
  });

  it('does not count its own changes as those of an earlier owner', () => {
    const next = new PostStore(2);
    next.react({ like: 4 });
    next.merge(next.snapshot());
    expect(next.board.reactions).toEqual({ like: 4 });
  });

  it('keeps its own changes', () => {
    const book = before();
    const copy = book.snapshot();
    const next = new PostStore(2);
    next.merge(copy);
    next.setQuestion(idOf(2), 'answered');
    next.merge({ ...copy, board: { ...emptyBoard, ...copy.board, version: (copy.board?.version ?? 0) + 1 } });
    expect(next.board.questions[0]?.state).toBe('answered');
  });

  it('gets votes beyond a single message too', () => {
    const voted = Array.from({ length: 90_000 }, (_, voter) => ({ id: idOf(1), voter, choice: voter % 2 }));
    const news = overWire({ posts: [post(1)], removedIds: [], voted });
    expect(news.map((one) => [one.voted.length, one.posts.length])).toEqual([
      [40_000, 0],
      [40_000, 0],
      [10_000, 1],
    ]);
    expect(news.flatMap((one) => one.voted)).toEqual(voted);
  });

  it('drops malformed copies', () => {
    const voted = [
      { id: 'x', identity: 'ann' },
      { id: idOf(1), identity: '' },
      { id: idOf(1), identity: 'ann', options: [1, 99] },
      { id: idOf(1), voters: [7, 0.5, 2 ** 60], choices: [2 ** 20 + 1] },
      { id: 'x', voters: [7] },
    ];
    const news = newsFromWire({ posts: { posts: [{ postId: 'x' }, {}], removedIds: ['y'] }, voted });
    expect(news).toMatchObject({
      posts: [],
      removedIds: [],
      voted: [
        { voter: voterOf('ann'), choice: 2 },
        { voter: 7, choice: 1 },
      ],
    });
    expect(news.voted).toHaveLength(2);
  });
});

describe('the crowd', () => {
  it('gets 20 lines a second, all questions, and the number of omitted lines', () => {
    const feed = new CrowdFeed();
    const lines = Array.from({ length: 30 }, (_, n) => post(n, { kind: n % 2 ? 'chat' : 'danmaku' }));
    const first = feed.take([...lines, question(99)], 0);
    expect([first.posts.length, first.posts.at(-1)?.kind, first.omitted]).toEqual([21, 'question', 10]);
    expect(feed.take(lines, 500)).toMatchObject({ omitted: 20 });
    expect(feed.take(lines.slice(0, 10), 10_000)).toMatchObject({ omitted: 0 });
  });
});

describe('posts at an owner', () => {
  function setUp(o: { policy?: Partial<RoomPolicy>; lost?: boolean } = {}) {
    const clock = new ManualClock();
    const roster = new Roster(1, { info: emptyRoomInfo, policy: { ...emptyPolicy, ...o.policy } });
    for (const one of [person('ann', { signalingId: 'one', role: 'host' }), person('bob', { signalingId: 'two' })])
      roster.admit(one, { takeover: false, adoption: 0 });
    const sent: { to: string; news: PostNews }[] = [];
    const state = { lost: false };
    const posts = new RoomPosts({
      epoch: 1,
      clock,
      rng: { bytes: (count) => randomBytes(count) },
      roster,
      send: (to, news) => {
        if (!state.lost) sent.push({ to, news });
        return !state.lost;
      },
    });
    for (const id of ['one', 'two']) posts.inform(id);
    const say = (text: string, kind = 'chat') =>
      posts.post(
        'two',
        { sessionId: roster.byIdentity('bob')?.sessionId ?? '', identity: 'bob', name: '' },
        { kind, text },
      );
    return { clock, roster, sent, state, posts, say };
  }
  const texts = (sent: readonly { to: string; news: PostNews }[], to: string) =>
    sent.filter((one) => one.to === to).map(({ news }) => news.posts.map(({ text }) => text));

  it('are sent together, five times a second, to every signaling node of the room', () => {
    const { clock, sent, say } = setUp();
    say('a');
    clock.advance(100);
    say('b');
    clock.advance(100);
    expect([texts(sent, 'one'), texts(sent, 'two')]).toEqual([[['a', 'b']], [['a', 'b']]]);
    clock.advance(10_000);
    expect(sent).toHaveLength(2);
  });

  it('reach a new signaling node, or one that missed some, as a whole', () => {
    const { clock, sent, state, posts, say } = setUp();
    say('a');
    state.lost = true;
    clock.advance(200);
    state.lost = false;
    posts.inform('three');
    say('b');
    clock.advance(200);
    expect([texts(sent, 'one'), texts(sent, 'three')]).toEqual([[['a', 'b']], [['a']]]);
  });

  it('are accompanied by a board once a second and reactions twice', () => {
    const { clock, sent, posts, say } = setUp();
    say('why?', 'question');
    const boards = () => sent.filter(({ to, news }) => to === 'one' && news.board !== undefined).length;
    const reactions = () => sent.filter(({ to, news }) => to === 'one' && news.reactions !== undefined).length;
    clock.advance(200);
    expect(boards()).toBe(1);
    const postId = posts.board.questions[0]?.postId ?? '';
    for (let n = 0; n < 40; n += 1) {
      posts.vote('two', `viewer ${n}`, { postId });
      posts.react({ like: 1 });
      clock.advance(50);
    }
    clock.advance(2000);
    expect(boards()).toBeLessThanOrEqual(4);
    expect(reactions()).toBeLessThanOrEqual(6);
    expect(sent.at(-1)?.news.reactions ?? sent.findLast(({ news }) => news.reactions)?.news.reactions).toEqual({
      like: 40,
    });
    expect(posts.board.questions[0]?.votes).toBe(40);
  });

  it('come only from the participant’s signaling node, and not from a banned identity', () => {
    const { posts, roster } = setUp({ policy: { bans: [{ identity: 'eve', untilWallMs: 0 }] } });
    const sessionId = roster.byIdentity('bob')?.sessionId ?? '';
    const by = (signalingId: string, o: object) =>
      codeOf(
        () =>
          posts.post(signalingId, { sessionId: '', identity: 'x', name: '', ...o }, { kind: 'chat', text: 'x' }) &&
          'ok',
      );
    expect(by('one', { sessionId })).toBe('SESSION_UNKNOWN');
    expect(by('one', { identity: 'bob' })).toBe('SESSION_UNKNOWN');
    expect(by('one', { sessionId: 'PA_unknown' })).toBe('PARTICIPANT_UNKNOWN');
    expect(by('one', { identity: 'eve' })).toBe('KICKED');
    expect(by('one', { identity: 'viewer' })).toBe('ok');
    expect(codeOf(() => posts.vote('one', 'bob', { postId: idOf(1) }))).toBe('SESSION_UNKNOWN');
  });

  it('have their author’s name from the roster, and no picture of the future', () => {
    const { posts, roster, clock } = setUp();
    const sender = { sessionId: roster.byIdentity('bob')?.sessionId ?? '', identity: 'ann', name: 'Ann' };
    const { postId } = posts.post('two', sender, { kind: 'chat', text: 'x', pictureWallMs: clock.wallMs() + 5000 });
    expect(posts.posts[0]).toMatchObject({ postId, identity: 'bob', pictureWallMs: clock.wallMs() });
  });

  it('are held to the slow mode, except those of hosts and cohosts', () => {
    const { posts, roster, say } = setUp({ policy: { slowModeMs: 5000 } });
    say('a');
    expect(codeOf(() => say('b'))).toBe('RATE_LIMITED');
    const sender = { sessionId: roster.byIdentity('ann')?.sessionId ?? '', identity: 'ann', name: '' };
    for (const text of ['a', 'b']) posts.post('one', sender, { kind: 'chat', text });
    expect(posts.posts).toHaveLength(3);
  });

  it('are held to the slow mode under the next owner of the room too', () => {
    const { posts, clock, say } = setUp({ policy: { slowModeMs: 5000 } });
    posts.mergeCopy({ posts: [post(1, { identity: 'bob', wallMs: clock.wallMs() })], removedIds: [], voted: [] });
    clock.advance(4999);
    expect(codeOf(() => say('b'))).toBe('RATE_LIMITED');
    clock.advance(1);
    expect(say('b').postId).not.toBe('');
  });

  it('have polls that end by the clock of the owner, of which all are informed', () => {
    const { posts, clock, sent } = setUp();
    const act = { type: 'poll', pollId: '', text: 'Tea?', options: ['yes', 'no'], many: false } as const;
    const host = { identity: 'ann', rank: 'host' } as const;
    posts.poll({ ...act, closed: false, remove: false, endsWallMs: clock.wallMs() + 3000 }, host);
    const [made] = posts.board.polls;
    clock.advance(2999);
    posts.vote('two', 'bob', { pollId: made?.pollId ?? '', options: [0] });
    clock.advance(1);
    expect(codeOf(() => posts.vote('two', 'cid', { pollId: made?.pollId ?? '', options: [0] }))).toBe('OUT_OF_ORDER');
    clock.advance(2000);
    expect(sent.findLast(({ news }) => news.board)?.news.board?.polls[0]).toMatchObject({ closed: true });
  });

  it('have a poll with a new id only from the service, and once', () => {
    const { posts } = setUp();
    const act = {
      type: 'poll',
      text: 'Tea?',
      options: ['yes', 'no'],
      many: false,
      remove: false,
      endsWallMs: 0,
    } as const;
    const one = { ...act, pollId: idOf(7, 'PO_'), closed: false };
    expect(codeOf(() => posts.poll(one, { identity: 'ann', rank: 'host' }))).toBe('POST_UNKNOWN');
    expect([posts.poll(one, 'service'), posts.poll(one, 'service')]).toEqual([1, 0]);
    expect(posts.poll({ ...one, closed: true }, 'service')).toBe(1);
    expect(posts.poll({ ...one, remove: true }, 'service')).toBe(1);
    expect(posts.board.polls).toEqual([]);
  });

  it('are refused after the owner has closed, and no timer is left', () => {
    const { posts, clock, sent, say } = setUp();
    say('a');
    posts.close();
    clock.advance(5000);
    expect([sent, codeOf(() => say('b'))]).toEqual([[], 'ROOM_OWNER_LOST']);
  });
});
