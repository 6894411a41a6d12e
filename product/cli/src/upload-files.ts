// Uploads files one after another, so that each gets the whole bandwidth.
import { type Upload, type UploadProgress, upload, uploadApiOf } from '@meridian/uploader';
import { fileSource } from '@meridian/uploader/node';
import type { Context } from './context.ts';
import { UsageError } from './core/failure.ts';
import { progressLine } from './core/progress.ts';

export interface UploadWords {
  readonly title?: string;
  readonly tags?: string[];
  readonly visibility?: 'private' | 'tenant';
  readonly owner?: string;
}

/**
 * Prints each item as soon as it is uploaded, in JSON mode one line for each. Rejects with UploadError at the first
 * failure.
 */
export async function uploadFiles(context: Context, paths: readonly string[], about: UploadWords): Promise<void> {
  if (paths.length > 1 && about.title !== undefined) throw new UsageError('--title needs a single file');
  for (const [at, path] of paths.entries()) {
    const sent = await uploadFile(context, path, about).catch((error: unknown) => {
      // Names the rest, since the same command would upload the finished files again.
      if (at > 0 && !context.isJson) context.io.err(`Not sent: ${paths.slice(at).join(' ')}`);
      throw error;
    });
    if (context.isJson) context.io.out(JSON.stringify({ file: path, item: sent.item, upload: sent.id }));
    else context.io.out(`${path} is ${sent.item}`);
  }
}

async function uploadFile({ io, api }: Context, path: string, about: UploadWords): Promise<Upload> {
  const source = await fileSource(path);
  const { owner } = about;
  const { signal, line } = io;
  const onProgress = (progress: UploadProgress): void => line?.(progressLine(source.name, progress));
  const calls = uploadApiOf(api, owner === undefined ? {} : { owner });
  try {
    return await upload({ source, api: calls, about, signal, onProgress });
  } finally {
    line?.('');
  }
}
