/** Store of small durable strings that outlive the centre's process. */
export interface Store {
  /** Returns all essential entries or rejects; learnt entries of clients' networks come as far as there is room. */
  load(): Promise<[key: string, value: string][]>;
  /** Resolves when the value outlives a kill of this process. `ttlMs`: the value may expire after that. */
  put(key: string, value: string, o?: { ttlMs: number }): Promise<void>;
  remove(key: string): Promise<void>;
  /** Whether entries expire by themselves after their `ttlMs`; otherwise they stay until they are removed. */
  readonly expiresEntries?: boolean;
  close(): Promise<void>;
}
