export interface UploadSource {
  readonly name: string;
  readonly bytes: number;
  /** Rejects when the file has changed. */
  read(from: number, bytes: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** For tus-js-client: a Blob in browsers, a stream in Node. */
  slice(from: number, bytes: number): UploadFile;
}
export type UploadFile = Blob | UploadStream;
/** Used part of Node's `Readable`, whose types pages do not have. */
export interface UploadStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

/** `LibraryUpload` of the api. */
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

export interface UploadApi {
  /** Returns the newest unfinished upload of the same user and file. */
  find(fingerprint: string): Promise<Upload | undefined>;
  create(body: NewUpload, idempotencyKey: string): Promise<Upload>;
  prove(id: string, sha256: string): Promise<Upload>;
  get(id: string): Promise<Upload>;
}

export interface UploadProgress {
  readonly phase: 'reading' | 'sending' | 'checking' | 'done';
  /** Bytes read in `reading`, otherwise at the server. */
  readonly bytes: number;
  readonly bytesTotal: number;
  /** Bytes that need not be sent. */
  readonly knownBytes: number;
}

export interface UploadOptions {
  readonly source: UploadSource;
  readonly api: UploadApi;
  readonly about: Omit<NewUpload, 'name' | 'bytes' | 'blocks' | 'fingerprint'>;
  readonly parallel?: number;
  readonly signal?: AbortSignal;
  onProgress?(progress: UploadProgress): void;
}
