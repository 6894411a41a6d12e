/** Small durable strings: what must outlive the centre's process. */
export interface Store {
  /**
   * Everything that must not be forgotten, whole; rejects when it cannot be had so. Of what is learnt of clients'
   * networks, what there is room for.
   */
  load(): Promise<[key: string, value: string][]>;
  /** Resolves when the value outlives a kill of this process. `ttlMs`: it may be forgotten after that. */
  put(key: string, value: string, o?: { ttlMs: number }): Promise<void>;
  remove(key: string): Promise<void>;
  /** True: what has outlived its `ttlMs` goes by itself; else it stays until it is removed. */
  readonly forgets?: boolean;
  close(): Promise<void>;
}
