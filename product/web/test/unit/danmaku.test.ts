import { describe, expect, it } from 'vitest';
import {
  type DanmakuPost,
  EM_PER_SECOND,
  FIXED_MS,
  LANES,
  leftEm,
  planDanmaku,
  shownAt,
  styleOf,
  widthEmOf,
} from '../../src/core/danmaku.ts';

const post = (ms: number, text = 'hello', style = '', kind = 'danmaku'): DanmakuPost => ({
  ms,
  kind,
  name: 'Ann',
  text,
  style,
});

describe('danmaku', () => {
  it.each([
    ['', '', 'rolling'],
    ['#FF0000', '#ff0000', 'rolling'],
    ['#ff0000 top', '#ff0000', 'top'],
    [' bottom', '', 'bottom'],
    ['bottom', '', 'bottom'],
    ['red', '', 'rolling'],
    ['#ff00', '', 'rolling'],
    ['#ff0000; background: url(x)', '', 'rolling'],
    ['#ff0000 left', '', 'rolling'],
  ])('with the style "%s" have its colour and way, or the defaults', (style, colour, way) => {
    expect(styleOf(style)).toEqual({ colour, way });
  });

  it('are as wide as the estimated sum of their characters', () => {
    expect(widthEmOf('你好')).toBe(2);
    expect(widthEmOf('hello')).toBeCloseTo(3);
    expect(widthEmOf('👍')).toBe(1);
  });

  it('never overlap in a lane, at any width of the layer', () => {
    const posts = Array.from({ length: 400 }, (_, at) => post(at * 137, 'x'.repeat(1 + ((at * 7) % 60))));
    const planned = planDanmaku(posts);
    expect(planned.length).toBeGreaterThan(20);
    for (const layerEm of [15, 60])
      for (let nowMs = 0; nowMs < 60_000; nowMs += 400) {
        const visiblePosts = shownAt(planned, nowMs, layerEm).map((one) => ({
          lane: one.lane,
          from: leftEm(one, nowMs, layerEm),
          to: leftEm(one, nowMs, layerEm) + one.widthEm,
        }));
        for (const [at, one] of visiblePosts.entries())
          for (const other of visiblePosts.slice(at + 1))
            if (one.lane === other.lane) expect(one.to < other.from || other.to < one.from).toBe(true);
      }
  });

  it('use three lanes, and are dropped when none is free', () => {
    const planned = planDanmaku([post(0), post(1), post(2), post(3), post(5000)]);
    expect(planned.map(({ id, lane }) => [id, lane])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [4, 0],
    ]);
    expect(LANES).toBe(3);
    const standing = planDanmaku([post(0, 'a', 'top'), post(1, 'b', 'top'), post(2, 'c', 'bottom')]);
    expect(standing.map(({ way, lane }) => `${way} ${lane}`)).toEqual(['top 0', 'top 1', 'bottom 0']);
  });

  it('cross at a constant speed, from the right edge until they are gone', () => {
    const [planned] = planDanmaku([post(1000, '你好')]);
    if (planned === undefined) throw new Error('it has no place');
    expect(leftEm(planned, 1000, 40)).toBe(40);
    expect(leftEm(planned, 2000, 40)).toBe(40 - EM_PER_SECOND);
    const goneMs = 1000 + (42 / EM_PER_SECOND) * 1000;
    expect(shownAt([planned], 999, 40)).toEqual([]);
    expect(shownAt([planned], 1000, 40)).toEqual([planned]);
    expect(shownAt([planned], goneMs - 1, 40)).toEqual([planned]);
    expect(shownAt([planned], goneMs, 40)).toEqual([]);
  });

  it('that are fixed stay for a while', () => {
    const planned = planDanmaku([post(0, 'a', '#ffffff top')]);
    expect(shownAt(planned, FIXED_MS - 1, 40)).toHaveLength(1);
    expect(shownAt(planned, FIXED_MS, 40)).toEqual([]);
  });

  it('come only from danmaku posts, on one line, cut to their limit', () => {
    const posts = [post(0, 'x', '', 'chat'), post(1, ' \n '), post(2, 'a\nb'), post(3, '长'.repeat(500))];
    expect(planDanmaku(posts).map(({ text }) => text)).toEqual(['a b', '长'.repeat(80)]);
  });

  it('keep their lanes when more posts are appended', () => {
    const posts = Array.from({ length: 50 }, (_, at) => post(at * 300));
    expect(planDanmaku(posts).slice(0, 5)).toEqual(planDanmaku(posts.slice(0, 25)).slice(0, 5));
  });
});
