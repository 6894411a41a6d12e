/** What placement may know of the paths between hosts. */
export interface HostDelays {
  /** Rises whenever a figure may have changed. */
  readonly version: number;
  /**
   * One way in ms by the path in use, guessed from the distance when unmeasured; 0 to itself, NaN for a host that is
   * not in the fleet.
   */
  delayMs(fromHostId: string, toHostId: string): number;
  /** Measured round trip in ms of the direct link; NaN when it was not measured. */
  rttMs(a: string, b: string): number;
}
