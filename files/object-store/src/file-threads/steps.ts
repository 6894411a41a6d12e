// Steps of a job of a file thread, which runs them in order until one fails.

export type FileStep =
  /**
   * Makes a folder and those above it, which the next sync of the job makes durable. Fails with ELOOP when a symbolic
   * link leads out of `within`.
   */
  | { readonly do: 'makeFolder'; readonly path: string; readonly within: string }
  /** Fails with EEXIST when the path exists. */
  | { readonly do: 'expectNone'; readonly path: string }
  /** Fails with EFBIG when the path is no file of this size. */
  | { readonly do: 'expectBytes'; readonly path: string; readonly bytes: number }
  /** Makes a file of this size without bytes. Fails with EEXIST when the path exists. */
  | { readonly do: 'makeEmpty'; readonly path: string; readonly bytes: number }
  /** Writes a whole file. */
  | { readonly do: 'write'; readonly path: string; readonly bytes: Uint8Array; readonly flags: string | number }
  /** Writes from this place on; the file exists, or `isNew` lets it be made. */
  | {
      readonly do: 'writeAt';
      readonly path: string;
      readonly bytes: Uint8Array;
      readonly at: number;
      readonly isNew?: boolean;
    }
  | { readonly do: 'link'; readonly from: string; readonly to: string }
  /** Removes a file, if it exists. */
  | { readonly do: 'unlink'; readonly path: string }
  /** Removes an empty folder. */
  | { readonly do: 'removeFolder'; readonly path: string }
  /** Makes files and the names in folders durable. */
  | { readonly do: 'sync'; readonly files?: readonly string[]; readonly folders?: readonly string[] };

export interface FileJob {
  readonly number: number;
  readonly steps: readonly FileStep[];
}

/** `failure` is absent after a success. */
export interface FileJobEnd {
  readonly number: number;
  readonly failure?: { readonly code: string; readonly message: string };
}
