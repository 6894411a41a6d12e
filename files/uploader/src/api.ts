import type { MeridianClient } from '@meridian/api-client';
import type { UploadApi } from './types.ts';

/**
 * The client is signed in as the page's user or has an API key. With a key, set `owner` to that of `about`, so that
 * earlier uploads of this user are found.
 */
export function uploadApiOf(client: Pick<MeridianClient, 'get' | 'post'>, o: { owner?: string } = {}): UploadApi {
  const get: UploadApi['get'] = (upload) => client.get('/library/uploads/{upload}', { params: { path: { upload } } });
  return {
    find: async (fingerprint) => {
      const query = o.owner === undefined ? { fingerprint } : { fingerprint, owner: o.owner };
      const { data } = await client.get('/library/uploads', { params: { query } });
      const found = data.find(({ state }) => state === 'open' || state === 'proof');
      // Only the single upload has the URLs of its parts.
      return found === undefined ? undefined : get(found.id);
    },
    create: (body, key) => client.post('/library/uploads', { params: { header: { 'Idempotency-Key': key } }, body }),
    prove: (upload, sha256) =>
      client.post('/library/uploads/{upload}/proof', { params: { path: { upload } }, body: { sha256 } }),
    get,
  };
}
