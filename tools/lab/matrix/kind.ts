// What a kind of client is to the matrix: how it publishes the clock, and how it plays. One small file each in kinds/.
import type { TestCloud } from '../../../test/support/cloud.ts';
import type { Sight } from '../../support/clock/measure.ts';
import type { Region } from '../../support/clock/pages.ts';
import type { ClockPages } from './pages.ts';
import type { KindName } from './table.ts';

export type { Region } from '../../support/clock/pages.ts';

/** What a cell is played on. */
export interface Stage {
  readonly cloud: TestCloud;
  readonly pages: ClockPages;
}

/** Where a client is, and in which room. */
export interface Spot {
  readonly room: string;
  readonly region: Region;
}

export interface Publishing {
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface Playing extends Publishing {
  /** When the player began, since 1970: it knew what to ask for, and asked. */
  readonly startedMs: number;
  /** What it has seen and heard so far. */
  sight(): Sight | Promise<Sight>;
  /** What the player said, for a cell without a picture. */
  said(): string | Promise<string>;
}

export interface Kind {
  readonly name: KindName;
  /** Settles when the publisher's picture and sound are on their way into the room. */
  publish?(stage: Stage, spot: Spot): Promise<Publishing>;
  /** Settles when the player is at work; the first picture may come before or after. */
  play?(stage: Stage, spot: Spot): Promise<Playing>;
}
