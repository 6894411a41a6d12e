/** Delays of the paths between hosts, for placement. `version` rises when a batch of reports was planned. */
export interface HostDelays {
  readonly version: number;
  /** Returns the one-way delay in ms by the path in use, or a guess; 0 to itself, NaN for an unknown host. */
  delayMs(fromHostId: string, toHostId: string): number;
  /** Returns the measured round trip in ms of the direct link; NaN when it was not measured. */
  rttMs(a: string, b: string): number;
}
