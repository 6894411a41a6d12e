/** Uploads of files into the library. */
export type { UploadApi, UploadFile, UploadOptions, UploadProgress, UploadSource } from './types.ts';
