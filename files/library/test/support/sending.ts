// Senders of parts: the tus client, and single requests.
import { Upload } from 'tus-js-client';

export const tusHeaders = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };

/** Sends the rest of a part by the tus client. */
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

/** Returns the offset, or the negative status of a refusal. */
export async function offsetOf(url: string): Promise<number> {
  const { status, headers } = await fetch(url, { method: 'HEAD', headers: tusHeaders });
  return status === 200 ? Number(headers.get('upload-offset')) : -status;
}
