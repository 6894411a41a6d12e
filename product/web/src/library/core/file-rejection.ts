import { LIBRARY_FILE_BYTES_MAX } from '@meridian/protocol';

/** Maximum number of files in the queue, which a person can oversee; a button clears finished files. */
export const QUEUED_MAX = 100;

export type FileRejection = 'empty' | 'tooLarge' | 'twice' | 'tooMany';

/** `file`: undefined when several files together were too many. */
export function rejectionOf(
  file: { readonly size: number | null; readonly isKnown: boolean } | undefined,
): FileRejection {
  if (file === undefined) return 'tooMany';
  if (file.isKnown) return 'twice';
  if (file.size === 0) return 'empty';
  return (file.size ?? 0) > LIBRARY_FILE_BYTES_MAX ? 'tooLarge' : 'tooMany';
}
