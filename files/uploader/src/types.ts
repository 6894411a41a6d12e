// What an upload needs of its surroundings, and what it says of itself.

/** A file of any size, read in ranges. */
export interface UploadSource {
  readonly name: string;
  readonly bytes: number;
  /** `bytes` bytes from `from` on. Rejects when the file has changed. */
  read(from: number, bytes: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** For tus-js-client: a Blob in browsers, a path's stream in Node. */
  slice(from: number, bytes: number): UploadFile;
}
export type UploadFile = Blob | UploadStream;
/** What is needed of a `Readable` of Node: pages have no types of it. */
export interface UploadStream {
  on(event: 'error', heard: (error: Error) => void): unknown;
  destroy(): unknown;
}

/** As `LibraryUpload` of the api. */
export interface Upload {
  readonly id: string;
  readonly item: string;
  readonly bytes: number;
  readonly state: string;
  readonly failure?: { readonly code: string; readonly detail: string };
  readonly proof?: {
    readonly nonce: string;
    readonly ranges: readonly { readonly from: number; readonly bytes: number }[];
  };
  readonly parts: readonly { readonly from: number; readonly bytes: number; readonly url: string }[];
  readonly knownBytes: number;
}

export interface NewUpload {
  readonly name: string;
  readonly bytes: number;
  readonly blocks?: string[];
  readonly fingerprint?: string;
  readonly title?: string;
  readonly description?: string;
  readonly tags?: string[];
  readonly visibility?: 'private' | 'tenant';
  readonly owner?: string;
}

/** The four calls of the api that an upload makes. */
export interface UploadApi {
  /** Of the same user and file, that has not ended; the newest. */
  find(fingerprint: string): Promise<Upload | undefined>;
  create(body: NewUpload, idempotencyKey: string): Promise<Upload>;
  prove(id: string, sha256: string): Promise<Upload>;
  get(id: string): Promise<Upload>;
}

export interface UploadProgress {
  readonly phase: 'reading' | 'sending' | 'checking' | 'done';
  /** Of the file: read in `reading`, else at the server. */
  readonly bytes: number;
  readonly bytesTotal: number;
  /** What need not be sent. */
  readonly knownBytes: number;
}

export interface UploadOptions {
  readonly source: UploadSource;
  readonly api: UploadApi;
  readonly about: Omit<NewUpload, 'name' | 'bytes' | 'blocks' | 'fingerprint'>;
  /** Parts that are sent at once. */
  readonly parallel?: number;
  readonly signal?: AbortSignal;
  onProgress?(progress: UploadProgress): void;
}
