// Senders of parts: the tus client that others use, and single requests.
import { Upload } from 'tus-js-client';

export const tusHeaders = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };

/** Sends a part from where it is, as a tus client does. */
export function send(url: string, bytes: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  new Upload(bytes, { uploadUrl: url, retryDelays: null, onSuccess: () => resolve(), onError: reject }).start();
  return promise;
}

export const patch = (url: string, offset: number, bytes: Buffer): Promise<Response> =>
  fetch(url, {
    method: 'PATCH',
    headers: Object.assign({ 'upload-offset': String(offset) }, tusHeaders),
    body: new Uint8Array(bytes),
  });

/** Below 0: the status by which it was refused. */
export async function offsetOf(url: string): Promise<number> {
  const { status, headers } = await fetch(url, { method: 'HEAD', headers: tusHeaders });
  return status === 200 ? Number(headers.get('upload-offset')) : -status;
}
