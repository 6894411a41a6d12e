import { UploadError } from './error.ts';
import type { UploadSource } from './types.ts';

/** Reading rejects if the file has changed on the disk since it was chosen. */
export const browserSource = (file: File): UploadSource => ({
  name: file.name,
  bytes: file.size,
  read: async (from, bytes) => {
    try {
      return new Uint8Array(await file.slice(from, from + bytes).arrayBuffer());
    } catch (cause) {
      throw new UploadError('FILE_CHANGED', `${file.name} has changed, or cannot be read any more.`, { cause });
    }
  },
  slice: (from, bytes) => file.slice(from, from + bytes),
});
