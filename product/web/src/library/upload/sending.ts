import { MeridianClient } from '@meridian/api-client';
import {
  browserSource,
  type Upload,
  type UploadApi,
  type UploadProgress,
  upload,
  uploadApiOf,
} from '@meridian/uploader';
import type { Run } from '../../account/api.ts';
import type { Visibility } from '../core/model.ts';

export interface SendOptions {
  readonly file: File;
  readonly visibility: Visibility;
  readonly signal: AbortSignal;
  onUpload(upload: Pick<Upload, 'id' | 'item'>): void;
  onProgress(progress: UploadProgress): void;
}

/** Resolves when the file is in the library. Rejects as `upload` of the uploader does. */
export type Send = (o: SendOptions) => Promise<Pick<Upload, 'id' | 'item'>>;

/** The block hashes of a large file are a megabyte, which slow connections send for longer than other calls take. */
const CALL_MS_MAX = 60_000;

export const clientOfUploads = (url: string): MeridianClient =>
  new MeridianClient({ url, timeoutMs: CALL_MS_MAX, retriesMax: 0 }); // the uploader retries itself

/** `run`: after the end of the session, a call waits until the user has signed in again. */
export const sendBy =
  (client: MeridianClient, run: Run): Send =>
  ({ file, visibility, signal, onUpload, onProgress }) =>
    upload({
      source: browserSource(file),
      api: watched(uploadApiOf(client), run, onUpload),
      about: { visibility },
      signal,
      onProgress,
    });

function watched(api: UploadApi, run: Run, onUpload: SendOptions['onUpload']): UploadApi {
  const reported = <T extends Upload | undefined>(upload: T): T => {
    if (upload !== undefined) onUpload(upload);
    return upload;
  };
  return {
    find: async (fingerprint) => reported(await run(() => api.find(fingerprint))),
    create: async (body, key) => reported(await run(() => api.create(body, key))),
    prove: (id, sha256) => run(() => api.prove(id, sha256)),
    get: (id) => run(() => api.get(id)),
  };
}
