// The calls of an upload, by the api's client.
import type { MeridianClient } from '@meridian/api-client';
import type { UploadApi } from './types.ts';

/**
 * Of a client of `@meridian/api-client`: as the signed-in user of the page, or as an API key. Then `owner` is the one
 * of `about`: an earlier upload is found among those of this user.
 */
export function uploadApiOf(client: Pick<MeridianClient, 'get' | 'post'>, o: { owner?: string } = {}): UploadApi {
  const get: UploadApi['get'] = (upload) => client.get('/library/uploads/{upload}', { params: { path: { upload } } });
  return {
    find: async (fingerprint) => {
      const query = o.owner === undefined ? { fingerprint } : { fingerprint, owner: o.owner };
      const { data } = await client.get('/library/uploads', { params: { query } });
      const found = data.find(({ state }) => state === 'open' || state === 'proof');
      // URLs of its parts come with the upload alone.
      return found === undefined ? undefined : get(found.id);
    },
    create: (body, key) => client.post('/library/uploads', { params: { header: { 'Idempotency-Key': key } }, body }),
    prove: (upload, sha256) =>
      client.post('/library/uploads/{upload}/proof', { params: { path: { upload } }, body: { sha256 } }),
    get,
  };
}
