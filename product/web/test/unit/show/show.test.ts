import { describe, expect, it } from 'vitest';
import { type DanmakuFeed, feedAfter, noFeed } from '../../../src/show/core/danmaku-feed.ts';
import {
  audienceOf,
  countText,
  listedPosts,
  pollsInOrder,
  postText,
  type ShowPost,
  sharesOf,
  styleFor,
} from '../../../src/show/core/model.ts';

const post = (postId: string, o: Partial<ShowPost> = {}): ShowPost => ({
  postId,
  kind: 'danmaku',
  identity: 'vera',
  name: 'Vera',
  text: postId,
  wallMs: 0,
  pictureWallMs: 0,
  style: '',
  votes: 0,
  state: '',
  ...o,
});
const timesOf = ({ queue: fed }: DanmakuFeed) => fed.map(({ postId, ms }) => [postId, ms]);
const at = (pictureWallMs: number, isReal = true) => ({ pictureWallMs, isReal });

describe('danmaku', () => {
  const begun = feedAfter(noFeed, [], at(10_000));
  it('wait for the picture that their author saw, and appear at once when it has passed', () => {
    const posts = [
      post('late', { wallMs: 12_000, pictureWallMs: 9000 }),
      post('ahead', { wallMs: 12_100, pictureWallMs: 12_000 }),
    ];
    expect(timesOf(feedAfter(begun, posts, at(10_500)))).toEqual([
      ['late', 10_500],
      ['ahead', 12_000],
    ]);
  });
  it('appear at the time of the post where its author saw no picture with a time', () => {
    expect(timesOf(feedAfter(begun, [post('a', { wallMs: 15_000 })], at(10_500)))).toEqual([['a', 15_000]]);
  });
  it('appear at once where the viewer’s picture has no exact time, or a post is too far ahead', () => {
    const posts = [post('a', { wallMs: 15_000 })];
    expect(timesOf(feedAfter(begun, posts, at(11_000, false)))).toEqual([['a', 11_000]]);
    expect(timesOf(feedAfter(begun, [post('a', { wallMs: 140_000 })], at(11_000)))).toEqual([['a', 11_000]]);
  });
  it('from before the join are shown only where their picture is still to come', () => {
    const posts = [post('over', { wallMs: 9000 }), post('to come', { wallMs: 11_000 })];
    const first = feedAfter(noFeed, posts, at(10_000));
    expect(timesOf(first)).toEqual([['to come', 11_000]]);
    expect(timesOf(feedAfter(first, posts, at(20_000)))).toEqual([['to come', 11_000]]);
  });
  it('disappear when they are removed, and stay when they are only too old for the list', () => {
    const [a, b, c] = [post('a', { wallMs: 11_000 }), post('b', { wallMs: 12_000 }), post('c', { wallMs: 13_000 })];
    const feed = feedAfter(begun, [a, b, c], at(10_000));
    expect(timesOf(feedAfter(feed, [a, c], at(10_000))).map(([id]) => id)).toEqual(['a', 'c']);
    expect(timesOf(feedAfter(feed, [b, c], at(10_000))).map(([id]) => id)).toEqual(['a', 'b', 'c']);
  });
  it('are in order of their times, in whatever order they arrive', () => {
    const first = feedAfter(begun, [post('b', { wallMs: 12_000 })], at(10_000));
    const second = feedAfter(
      first,
      [post('b', { wallMs: 12_000 }), post('a', { wallMs: 12_100, pictureWallMs: 11_000 })],
      at(10_000),
    );
    expect(timesOf(second).map(([id]) => id)).toEqual(['a', 'b']);
  });
  it('have no style in their first colour, and no line breaks', () => {
    expect([styleFor('#ffffff'), styleFor('#ff7a8a')]).toEqual(['', '#ff7a8a']);
    expect([postText(' a\n b ', true), postText(' a\n b ', false), postText(' \n ', true)]).toEqual([
      'a b',
      'a\n b',
      '',
    ]);
    expect(postText('弹'.repeat(600), true)).toHaveLength(500);
  });
});

describe('the audience', () => {
  it.each<[Record<string, number>, number]>([
    [{}, 0],
    [{ show: 5 }, 5],
    [{ show: 5, hls: 3, webrtc: 1 }, 5],
    [{ show: 5, hls: 30, flv: 2 }, 32],
  ])('%j is counted as %i, since viewers in `show` also count under their playback protocol', (viewers, expected) => {
    expect(audienceOf(new Map(Object.entries(viewers)))).toBe(expected);
  });
  it('is abbreviated when it is large', () => {
    expect([countText(1234, 'en'), countText(12_345, 'en'), countText(12_345, 'zh-CN')]).toEqual([
      '1,234',
      '12.3K',
      '1.2万',
    ]);
  });
});

describe('the column beside the picture', () => {
  it('lists chat, danmaku, questions and announcements, and no gifts', () => {
    const kinds = ['chat', 'danmaku', 'question', 'announcement', 'gift', 'of tomorrow'];
    expect(listedPosts(kinds.map((kind) => post(kind, { kind }))).map(({ kind }) => kind)).toEqual(kinds.slice(0, 4));
  });
  it('lists open polls first, the newest first in each group', () => {
    const poll = (pollId: string, closed: boolean) => ({
      pollId,
      text: '',
      options: [],
      many: false,
      closed,
      endsWallMs: 0,
    });
    const polls = [poll('1', true), poll('2', false), poll('3', true), poll('4', false)];
    expect(pollsInOrder(polls).map(({ pollId }) => pollId)).toEqual(['4', '2', '3', '1']);
  });
  it('shows shares of votes, 0 before the first vote', () => {
    const options = (...votes: number[]) => ({ options: votes.map((count) => ({ text: '', votes: count })) });
    expect([sharesOf(options(0, 0)), sharesOf(options(1, 3))]).toEqual([
      [0, 0],
      [25, 75],
    ]);
  });
});
