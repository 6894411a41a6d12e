import { MeridianApiError, MeridianClient } from '@meridian/api-client';
import { describe, expect, it } from 'vitest';
import { attachmentUrl } from '../../../src/library/core/attachment.ts';
import { postsOfFile, tokenOfHash } from '../../../src/library/core/opened.ts';
import { itemOfHash, itemPath } from '../../../src/library/core/view.ts';
import { LinkApi } from '../../../src/library/link-api.ts';

describe('the address of a link', () => {
  it.each(['', '#', '#a b', '#<script>', '#token=a.b.c', `#${'x'.repeat(20_000)}`])('"%s" has no token', (hash) => {
    expect(tokenOfHash(hash)).toBe(undefined);
  });
  it('has the token as its fragment', () => {
    expect(tokenOfHash('#eyJh.eyJi-_.c')).toBe('eyJh.eyJi-_.c');
  });
  it('of an attachment keeps the token of the file', () => {
    expect(attachmentUrl('https://lib.example/library/t.o.k/original?x=1')).toBe(
      'https://lib.example/library/t.o.k/original?x=1&download=1',
    );
  });
  it('of an item in the library is read by its page', () => {
    expect(itemOfHash(new URL(itemPath('it_1'), 'https://meet.example').hash)).toBe('it_1');
  });
});

describe('posts', () => {
  const post = (ms: number) => ({ ms, kind: 'chat', name: 'Ann', text: `${ms}`, style: '' });
  it('are in the time of the item, whose file may begin later than the recording', () => {
    const posts = [post(9000), post(4000), post(5000)];
    expect(postsOfFile(posts, 5000).map(({ ms, text }) => [ms, text])).toEqual([
      [0, '5000'],
      [4000, '9000'],
    ]);
    expect(postsOfFile(posts, 0).map(({ ms }) => ms)).toEqual([4000, 5000, 9000]);
  });
});

describe('calls with a link', () => {
  it('send the token in the body, never in the address', async () => {
    const calls: (readonly [string, unknown])[] = [];
    const client = new MeridianClient({
      url: 'https://meet.example',
      fetch: async (request) => {
        calls.push([`${request.method} ${request.url}`, await request.json()]);
        return Response.json({ vtt: 'WEBVTT', posts: [] });
      },
    });
    const api = new LinkApi(client, 'a.b.c');
    await api.open();
    expect([await api.transcript('en'), await api.posts(2)]).toEqual(['WEBVTT', []]);
    const base = 'POST https://meet.example/api/v1/file-links/open';
    expect(calls).toEqual([
      [base, { token: 'a.b.c' }],
      [`${base}/transcripts`, { token: 'a.b.c', language: 'en' }],
      [`${base}/posts`, { token: 'a.b.c', page: 2 }],
    ]);
  });
  it('reject with the code of the refusal', async () => {
    const fetch = () => Promise.resolve(Response.json({ code: 'TOKEN_EXPIRED' }, { status: 401 }));
    const api = new LinkApi(new MeridianClient({ url: 'https://meet.example', fetch }), 'a.b.c');
    await expect(api.open()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    await expect(api.open()).rejects.toBeInstanceOf(MeridianApiError);
  });
});
