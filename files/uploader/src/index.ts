/** Uploads of files into the library. */
export { uploadApiOf } from './api.ts';
export { browserSource } from './browser.ts';
export { BLOCK_BYTES, FILE_BYTES_MAX } from './core/ranges.ts';
export { UploadError } from './error.ts';
export type {
  NewUpload,
  Upload,
  UploadApi,
  UploadFile,
  UploadOptions,
  UploadProgress,
  UploadSource,
  UploadStream,
} from './types.ts';
export { upload } from './upload.ts';
