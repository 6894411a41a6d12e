// Files into the library, one after another: each has all of the link.
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

/** Says each as soon as it is there, for programs on one line. Rejects with UploadError for the first that is not. */
export async function uploadFiles(context: Context, paths: readonly string[], about: UploadWords): Promise<void> {
  if (paths.length > 1 && about.title !== undefined) throw new UsageError('--title is of one file');
  for (const [at, path] of paths.entries()) {
    const sent = await uploadFile(context, path, about).catch((error: unknown) => {
      // The same command would send those before it once more.
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
