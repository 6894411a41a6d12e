// Round trips to signaling nodes, timed beside a connection: a browser does it, a gateway does not.
export interface EchoTime {
  readonly signalingId: string;
  readonly rttMs: number;
  /** As the signaling node measured it, sealed. */
  readonly receipt: Uint8Array;
}
export interface EchoSite {
  readonly signalingId: string;
  readonly echoUrl: string;
}
export interface SiteTiming {
  /** What is known for the Join that is sent now. */
  known(): readonly EchoTime[];
  /** A Join is on its way: begins with the sites that have no fresh time. */
  begin(token: () => Promise<string>): void;
  /** The service would like these timed, whatever is known. */
  wanted(sites: readonly EchoSite[], token: () => Promise<string>): void;
  /** There is a session to tell of it. */
  joined(sessionId: string | undefined): void;
  /** Perhaps another network: what was measured is of the one before. */
  networkChanged(): void;
  /** Idempotent. */
  close(): void;
}
