// Measures round trips to signaling nodes beside a connection, in browsers but not in gateways.
export interface EchoTime {
  readonly signalingId: string;
  readonly rttMs: number;
  /** Round trip as the signaling node measured it, sealed. */
  readonly receipt: Uint8Array;
}
export interface EchoSite {
  readonly signalingId: string;
  readonly echoUrl: string;
}
export interface SiteTiming {
  takeKnown(): readonly EchoTime[];
  /** Called with a Join on its way: times the sites without a fresh time. */
  timeEntrySites(token: () => Promise<string>): void;
  timeRequested(sites: readonly EchoSite[], token: () => Promise<string>): void;
  onJoined(sessionId: string | undefined): void;
  /** Drops the times, which may be those of another network. */
  networkChanged(): void;
  close(): void;
}
