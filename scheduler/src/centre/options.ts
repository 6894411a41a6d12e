// Dependencies of a centre, and the parts that a region's instance takes from the leader instead.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Copy } from '../copying/copy.ts';
import type { Locator } from '../locating/locate.ts';
import type { Mover } from '../moving/mover.ts';
import type { RoomModes } from '../moving/room-modes.ts';
import type { LeaseAnswer } from '../owning/ownership.ts';
import type { RegionsPort } from '../placing/charging.ts';
import type { RoomMode } from '../placing/core/view.ts';
import type { HostDelays } from '../routing/core/links/index.ts';
import type { RoutingOptions } from '../routing/routing.ts';

export type ModeOf = (roomKey: string, asked: RoomMode | undefined) => RoomMode;

/** Data that a region's instance takes from the leader instead of computing it. */
export interface LeaderData {
  readonly delays: HostDelays;
  knownLease(roomKey: string): LeaseAnswer | undefined;
  /** Suffix of each decision's id, which names the deciding region. */
  readonly decisionSuffix: string;
}

export interface CentreOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  readonly copy: Copy;
  readonly locator: Locator;
  readonly routing?: Pick<RoutingOptions, 'isPlacePretended' | 'relayBudgetShare' | 'relayPriceMs'>;
  /** Modes of rooms without their own, when the request names none either; absent: `relay`. */
  readonly modes?: RoomModes;
  /** Sends moves to owners and signaling nodes; absent: no session can be moved. */
  readonly mover?: Mover;
  /** The processes that place for other regions; absent: this centre places for all regions. */
  readonly regions?: RegionsPort;
  readonly leaderData?: LeaderData;
  /** Limit of nodes; absent: `limits.fleetNodesMax`. */
  readonly nodesMax?: number;
  /** Incarnation of this term of leading; absent: a new incarnation is made. */
  readonly incarnation?: string;
}
