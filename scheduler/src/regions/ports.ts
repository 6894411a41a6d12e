// Who places for which region, as the centre and its links need to know it. Absent everywhere: this centre places for
// all regions.

import type { HostDelays } from '../core/links/index.ts';
import type { LeaseAnswer } from '../ownership.ts';
import type { Placed } from '../placing.ts';

/**
 * `reason`: of `refused` the name of the filter. `unanswered`: it may have been charged all the same; that lapses.
 * `nobody`: no one places for the node's region just now.
 */
export type Charged =
  | { readonly ok: true; readonly regionEpoch: number } // 0: of a region without instances
  | { readonly ok: false; readonly why: 'refused' | 'unanswered' | 'nobody'; readonly reason: string };

export interface RegionsPort {
  /** The region of this instance; '': a leader, which may place anywhere that nobody else places. */
  readonly ownRegion: string;
  /**
   * Undefined when it is known of every region of the fleet who places there; NOT_LEADER when it cannot be found out.
   */
  ready(): Promise<void> | undefined;
  /** Asks whoever places for the region to charge it; of an own region it is charged already. */
  charge(record: Placed, region: string): Charged | Promise<Charged>;
}

/** What an instance has from the leader in place of its own. */
export interface LeadersWord {
  readonly delays: HostDelays;
  /** The lease of a room as last told. */
  known(roomKey: string): LeaseAnswer | undefined;
  /** Behind the ids of decisions. */
  readonly decisionSuffix: string;
}

/** Who places for a region, for nodes and administrators. */
export interface RegionPlacer {
  readonly region: string;
  readonly by: 'leader' | 'instance' | 'nobody';
  readonly epoch: number;
  readonly incarnation: string;
  readonly instanceId: string;
  /** Instances with a link here, placing or standing by. */
  readonly linkedIds: readonly string[];
}
