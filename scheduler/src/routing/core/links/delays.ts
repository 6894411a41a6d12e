/** Delays of the paths between hosts, for placement. */
export interface HostDelays {
  /** Rises whenever a figure may have changed. */
  readonly version: number;
  /**
   * Returns the one-way delay in ms by the path in use, guessed from the distance when unmeasured; 0 to itself, NaN for
   * a host outside the fleet.
   */
  delayMs(fromHostId: string, toHostId: string): number;
  /** Returns the measured round trip in ms of the direct link; NaN when it was not measured. */
  rttMs(a: string, b: string): number;
}
