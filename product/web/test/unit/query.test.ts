import { describe, expect, it } from 'vitest';
import {
  chooseLanguage,
  chooseRoom,
  fieldErrorOf,
  inviteLink,
  isLoopbackHost,
  joinsAtOnce,
  languageOf,
  parseQuery,
  readTokenClaims,
  textOf,
} from '../../src/core/query.ts';

const plain = {
  room: '',
  name: '',
  join: false,
  camera: true,
  microphone: true,
  isGuest: false,
  isViewer: false,
  isShow: false,
};

describe('parseQuery', () => {
  const rows = [
    { name: 'without parameters the defaults apply', search: '', expected: plain },
    { name: 'an unknown codec is ignored', search: '?codec=h265', expected: plain },
    { name: 'an unknown language is ignored', search: '?lang=tlh', expected: plain },
    { name: 'join counts only with the value 1', search: '?join=true', expected: plain },
    { name: 'camera and mic are off only with the value 0', search: '?camera=no&mic=false', expected: plain },
    {
      name: 'an invalid room name is kept, so that the page can show and refuse it',
      search: '?room=+a%2Fb',
      expected: { ...plain, room: 'a/b' },
    },
    {
      name: 'a room of 200 characters is kept too',
      search: `?room=${'x'.repeat(200)}`,
      expected: { ...plain, room: 'x'.repeat(200) },
    },
    { name: 'a room of only spaces counts as absent', search: '?room=%20%20', expected: plain },
    { name: 'a name loses its control characters', search: '?name=a%00b', expected: { ...plain, name: 'ab' } },
    {
      name: 'only the first of repeated parameters counts',
      search: '?room=a&room=b',
      expected: { ...plain, room: 'a' },
    },
    {
      name: 'spaces around values are removed',
      search: '?room=%20a%20&name=+b+',
      expected: { ...plain, room: 'a', name: 'b' },
    },
    {
      name: 'all parameters together are parsed',
      search: '?room=会议&name=陈伟&join=1&camera=0&mic=0&codec=VP9&lang=zh-CN&from=Berlin&guest=1&show=1&kind=show',
      expected: {
        room: '会议',
        name: '陈伟',
        join: true,
        camera: false,
        microphone: false,
        isGuest: true,
        isViewer: true,
        isShow: true,
        codec: 'vp9',
        language: 'zh',
        fromCity: 'Berlin',
      },
    },
  ];
  for (const row of rows) it(row.name, () => expect(parseQuery(row.search)).toEqual(row.expected));

  it('takes a token only from the fragment, and only if it looks like a token', () => {
    expect(parseQuery('?token=a.b.c').token).toBeUndefined();
    expect(parseQuery('', '#token=a.b').token).toBeUndefined();
    expect(parseQuery('', `#token=a.b.${'c'.repeat(8192)}`).token).toBeUndefined();
    expect(parseQuery('', '#token=aa.bb-_.cc').token).toBe('aa.bb-_.cc');
  });
  it('takes a stream key only from the fragment, and only if it looks like a key', () => {
    expect(parseQuery('?key=abc').key).toBeUndefined();
    for (const bad of ['', 'a.b', 'a/b', 'k'.repeat(1025)]) expect(parseQuery('', `#key=${bad}`).key).toBeUndefined();
    expect(parseQuery('', '#key=ab-_Z9')).toMatchObject({ key: 'ab-_Z9' });
    expect(parseQuery('', '#token=a.b.c&key=ab')).toMatchObject({ token: 'a.b.c', key: 'ab' });
  });
});

describe('chooseLanguage', () => {
  it('prefers the query to the stored choice, and the stored choice to the browser’s', () => {
    expect(chooseLanguage({ query: 'zh', stored: 'en', navigator: ['en-GB'] })).toBe('zh');
    expect(chooseLanguage({ stored: 'zh', navigator: ['en-GB'] })).toBe('zh');
    expect(chooseLanguage({ stored: 'klingon', navigator: ['fr-FR', 'zh-Hant-TW', 'en'] })).toBe('zh');
  });
  it('falls back to English', () => {
    expect(chooseLanguage({ navigator: ['fr-FR'] })).toBe('en');
    expect(languageOf('')).toBeUndefined();
  });
});

describe('isLoopbackHost', () => {
  const rows: [string, boolean][] = [
    ['', false],
    ['localhost.example.org', false],
    ['127.0.0.1.example.org', false],
    ['10.127.0.1', false],
    ['192.168.1.2', false],
    ['meet.example.org', false],
    ['[::2]', false],
    ['localhost', true],
    ['LOCALHOST', true],
    ['meet.localhost', true],
    ['127.0.0.1', true],
    ['127.20.30.40', true],
    ['[::1]', true],
  ];
  it.each(rows)('of %j is %j', (hostname, expected) => expect(isLoopbackHost(hostname)).toBe(expected));
});

describe('inviteLink', () => {
  it('contains the room and guest=1, and no other parameter of the URL', () => {
    expect(inviteLink('https://meet.example.org/?room=old&name=Eve&join=1#token=a.b.c', 'new room')).toBe(
      'https://meet.example.org/?room=new+room&guest=1',
    );
  });
});

describe('readTokenClaims', () => {
  const token = (claims: unknown): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
  it('returns room and name in any script, and the rights to publish and rename', () => {
    const claims = { room: '评审', name: '陈伟', mayRename: false, mayPublish: true };
    expect(readTokenClaims(token({ name: '陈伟', video: { room: '评审' } }))).toEqual(claims);
    const video = { room: '评审', canUpdateOwnMetadata: true };
    expect(readTokenClaims(token({ name: '陈伟', video }))).toEqual({ ...claims, mayRename: true });
    const watches = { room: '评审', canPublish: false };
    expect(readTokenClaims(token({ name: '陈伟', video: watches }))).toEqual({ ...claims, mayPublish: false });
    expect(readTokenClaims(token({ name: '陈伟', video: { ...watches, roomAdmin: true } }))).toEqual(claims);
  });
  it('returns empty texts for claims of wrong types and undefined for invalid tokens', () => {
    const none = { room: '', name: '', mayRename: false, mayPublish: true };
    expect(readTokenClaims(token({ name: 7, video: { room: ['a'], canUpdateOwnMetadata: 1 } }))).toEqual(none);
    expect(readTokenClaims(token({ video: null }))).toEqual(none);
    expect(readTokenClaims(token(null))).toEqual(none);
    expect(readTokenClaims('x.%%%.y')).toBeUndefined();
    expect(readTokenClaims('nothing')).toBeUndefined();
  });
});

describe('textOf and chooseRoom', () => {
  it('ignore values that are no text, and return the first named room', () => {
    expect(textOf(undefined)).toBe('');
    for (const bad of ['\u202e', 'a/b', 'x'.repeat(129), '👩'.repeat(129)]) expect(textOf(bad)).toBe('');
    expect([textOf('a\u2028b'), textOf('a\u202eb'), textOf('👩'.repeat(128))]).toEqual(['a b', 'ab', '👩'.repeat(128)]);
    expect(textOf(' 设计评审 ')).toBe('设计评审');
    expect(chooseRoom(undefined, '', 'a', 'b')).toBe('a');
    expect(chooseRoom('', undefined)).toBeUndefined();
  });
});

describe('fieldErrorOf and joinsAtOnce', () => {
  const long = 'x'.repeat(200);
  it.each([
    ['', false, undefined],
    [' ', true, 'lobby.roomMissing'],
    ['demo', true, undefined],
    [long, false, 'lobby.textInvalid'],
    [long, true, 'lobby.textInvalid'],
    ['a/b', false, 'lobby.textInvalid'],
  ])('of %j (joining was tried: %j) is %j', (text, tried, expected) => {
    expect(fieldErrorOf(text, 'lobby.roomMissing', tried)).toBe(expected);
  });
  it('never lead into another room: the lobby stays when the link names no valid room', () => {
    const parsed = parseQuery(`?join=1&room=${long}`);
    expect(joinsAtOnce(parsed, chooseRoom(undefined, parsed.room) ?? 'random')).toBe(false);
    expect(joinsAtOnce(parsed, 'demo')).toBe(true);
    expect(joinsAtOnce({ ...parsed, join: false }, 'demo')).toBe(false);
  });
});
