import { describe, expect, it } from 'vitest';
import { checkUrl, parseCheckAddress } from '../../../src/core/check-address.ts';
import { parseQuery } from '../../../src/core/query.ts';

const parse = (url: string) => {
  const { search, hash } = new URL(url, 'https://meet.example.org');
  return parseCheckAddress(search, hash);
};
const from = (path: string, extra = ''): string => `/check#${new URLSearchParams({ from: path })}${extra}`;

describe('the URL of a check', () => {
  it.each([
    ['/j/abc', '', ''],
    ['/m/493817264', '?lang=zh', ''],
    ['/meetings/mt_1/join', '', ''],
    ['/', '?room=design%20review&guest=1&lang=en', '#token=aa.bb.cc'],
  ])('opened from %s%s%s leads back there', (pathname, search, hash) => {
    const url = checkUrl(pathname, search, parseQuery(search, hash));
    expect(parse(url).back).toBe(`${pathname}${search}${hash}`);
    // The server sees only the language.
    expect(url.split('#')[0]).toMatch(/^\/check(\?lang=(en|zh))?$/);
  });

  it('contains the person’s link, room, token, city and language', () => {
    expect(parse(from('/j/abc')).link).toEqual({ code: 'abc' });
    expect(parse(from('/m/493-817-264')).link).toEqual({ number: '493817264' });
    expect(parse(from('/meetings/mt_1/join')).link).toEqual({ ownMeeting: 'mt_1' });
    const room = parse(from('/?room=design&from=singapore&lang=zh', '&token=aa.bb.cc'));
    expect(room).toMatchObject({
      link: undefined,
      room: 'design',
      token: 'aa.bb.cc',
      fromCity: 'singapore',
      language: 'zh',
    });
  });

  it('without a meeting page leads nowhere back', () => {
    const nothing = { back: undefined, link: undefined, room: '', token: undefined, fromCity: undefined };
    expect(parse('/check')).toEqual({ ...nothing, language: undefined });
    expect(parse('/check?lang=zh&from=paris')).toEqual({ ...nothing, fromCity: 'paris', language: 'zh' });
  });

  it.each([
    'https://evil.example/j/abc',
    '//evil.example/j/abc',
    '/\\evil.example/j/abc',
    'javascript:alert(1)',
    'j/abc',
    '/admin',
    '/check',
    '/j/../admin',
    `/j/abc?${'x'.repeat(5000)}`,
  ])('never leads back to %s', (path) => {
    expect(parse(from(path))).toMatchObject({ back: undefined, link: undefined });
  });
});
