// What a centre is given from outside, and what a region's instance uses instead of parts of its own.
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

/** How a room is placed; `asked`: by a request, undefined: it names no mode. */
export type ModeOf = (roomKey: string, asked: RoomMode | undefined) => RoomMode;

/** What a region's instance takes from the leader instead of working it out. */
export interface LeadersWord {
  readonly delays: HostDelays;
  /** The lease of a room, as the leader reported it last. */
  known(roomKey: string): LeaseAnswer | undefined;
  /** The end of each decision's id: it names the region that decided. */
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
  /** The mode of rooms that have none of their own, when the request names none either; absent: `relay`. */
  readonly modes?: RoomModes;
  /** How owners and signaling nodes are asked to move sessions; absent: no session can be moved. */
  readonly mover?: Mover;
  /** The processes that place for other regions; absent: this centre places for all regions. */
  readonly regions?: RegionsPort;
  /** Of a region's instance only. */
  readonly leadersWord?: LeadersWord;
  /** Of this term of leading; absent: a new one. */
  readonly incarnation?: string;
}
