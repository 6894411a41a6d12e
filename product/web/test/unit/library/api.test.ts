import { expect, it } from 'vitest';
import { LINK_TO_PLAY, LibraryApi } from '../../../src/library/api.ts';
import type { Item } from '../../../src/library/core/model.ts';
import { noFilters } from '../../../src/library/core/view.ts';
import { Covers } from '../../../src/library/ui/covers.ts';
import { clientOf } from '../../../src/room/api.ts';
import { refusal, scripted } from '../admin/scripted.ts';

const me = 'usr_hana';

it('the list request contains the filters that are set, and no others', async () => {
  const { ports, asked } = scripted(() => ({ data: [] }));
  const api = new LibraryApi(ports);
  await api.list(noFilters, 'all', me);
  await api.list({ text: 'a b', kind: 'video', state: 'ready', isMine: true }, 'all', me, 'next');
  await api.list(noFilters, 'shared', me);
  await api.list(noFilters, 'trash', me);
  expect(asked).toEqual([
    'GET /library/items',
    'GET /library/items?text=a%20b&kind=video&state=ready&owner=usr_hana&cursor=next',
    'GET /library/items?shared=true',
    'GET /library/items?trashed=true',
  ]);
});

it('people and groups are found together, given a right and removed', async () => {
  const { ports, asked, bodies } = scripted((_, path) => {
    if (path.startsWith('/groups/find')) return { data: [{ id: 'gr_1', name: 'Anglers' }] };
    if (path.startsWith('/users/find')) return { data: [{ id: 'usr_ann', name: 'Ann', email: 'ann@x.org' }] };
    return undefined;
  });
  const api = new LibraryApi(ports);
  expect(await api.find('an')).toEqual([
    { kind: 'group', id: 'gr_1', name: 'Anglers', email: '' },
    { kind: 'user', id: 'usr_ann', name: 'Ann', email: 'ann@x.org' },
  ]);
  await api.setReader('it_1', { kind: 'group', id: 'gr_1' }, 'download');
  await api.removeReader('it_1', { kind: 'user', id: 'usr_ann' });
  expect(asked.slice(2)).toEqual([
    'PUT /library/items/it_1/readers/group/gr_1',
    'DELETE /library/items/it_1/readers/user/usr_ann',
  ]);
  expect(bodies[2]).toEqual({ may: 'download' });
});

it('the trash, a restoration and a deletion for good are calls of their own', async () => {
  const { ports, asked } = scripted(() => undefined);
  const api = new LibraryApi(ports);
  await api.trash('it_1');
  await api.restore('it_1');
  await api.remove('it_1');
  expect(asked).toEqual([
    'POST /library/items/it_1/trash',
    'POST /library/items/it_1/restore',
    'DELETE /library/items/it_1',
  ]);
});

it('a change is sent with its version, and rejects when another version is current', async () => {
  const { ports, asked, bodies } = scripted((method) =>
    method === 'PATCH' ? refusal('VERSION_CONFLICT', 412) : { id: 'it_1' },
  );
  const api = new LibraryApi(ports);
  const { etag } = await api.item('it_1');
  await expect(api.change('it_1', { title: 'x' }, etag)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(asked).toEqual(['GET /library/items/it_1', 'PATCH /library/items/it_1 "3"']);
  expect(bodies[1]).toEqual({ title: 'x' });
});

it('open links of an item are listed and ended, and links of the page itself are for its own use', async () => {
  const { ports, asked, bodies } = scripted(() => ({ data: [{ id: 'LL_1' }] }));
  const api = new LibraryApi(ports);
  expect(await api.links('it_1', 'next')).toEqual({ data: [{ id: 'LL_1' }] });
  await api.endLink('LL_1');
  await api.link('it_1', LINK_TO_PLAY);
  expect(asked).toEqual([
    'GET /library/items/it_1/links?cursor=next',
    'DELETE /library/links/LL_1',
    'POST /library/items/it_1/links',
  ]);
  expect(bodies.at(-1)).toEqual({ expiresInS: 86_400, may: 'play', use: 'own' });
});

it('ids and languages are encoded, so that they lead to no other path', async () => {
  const paths: string[] = [];
  const client = clientOf('https://meet.test', async ({ url }) => {
    paths.push(new URL(url).pathname);
    return Response.json({ vtt: 'WEBVTT' });
  });
  await new LibraryApi({ client, run: (call) => call() }).transcript('../../me', 'en/../..');
  expect(paths).toEqual(['/api/v1/library/items/..%2F..%2Fme/transcripts/en%2F..%2F..']);
});

it('covers are requested once each, four at a time; a failed one is not shown', async () => {
  const waiting: (() => void)[] = [];
  const requestedItems: string[] = [];
  const covers = new Covers({
    link: (id) => {
      requestedItems.push(id);
      return new Promise((resolve, reject) => {
        waiting.push(() =>
          id === 'it_1'
            ? reject(new Error('gone'))
            : resolve({ id, url: '', pageUrl: '', coverUrl: `/${id}`, expiresAt: '' }),
        );
      });
    },
  });
  const item = (id: string, change: Partial<Item> = {}) =>
    ({ id, cover: 'made', state: 'ready', changedAt: '1', ...change }) as Item;
  const all = Promise.all(['it_0', 'it_1', 'it_2', 'it_3', 'it_4', 'it_0'].map((id) => covers.urlOf(item(id))));
  expect(await covers.urlOf(item('it_9', { cover: 'none' }))).toBeUndefined();
  expect(await covers.urlOf(item('it_9', { state: 'checking' }))).toBeUndefined();
  expect(requestedItems).toEqual(['it_0', 'it_1', 'it_2', 'it_3']);
  for (let at = 0; at < 5; at++) {
    waiting[at]?.();
    await Promise.resolve();
    for (let turn = 0; turn < 10 && waiting.length < 5; turn++) await Promise.resolve();
  }
  expect(await all).toEqual(['/it_0', undefined, '/it_2', '/it_3', '/it_4', '/it_0']);
  expect(requestedItems).toHaveLength(5);
});
