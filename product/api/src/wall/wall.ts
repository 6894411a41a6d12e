import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { CentreViews } from '../console/centre-views.ts';
import type { CutCause } from '../console/world-feed.ts';
import type { AuditWriter } from '../http/audit-entries.ts';
import type { Recorders } from '../recordings/recorders.ts';
import type { Database } from '../store/store.ts';
import { KeptWatch } from './kept-watch.ts';
import { RecorderRequests } from './recorder-requests.ts';
import { RoomFactsReader } from './room-facts.ts';
import { WallFeed } from './wall-feed.ts';

export interface Wall {
  readonly feed: WallFeed;
  readonly keptWatch: KeptWatch;
  readonly facts: RoomFactsReader;
}

/** Makes the wall. Its feed must be closed with the HTTP server. */
export function makeWall(o: {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly recorders: Pick<Recorders, 'all' | 'call'>;
  readonly views: Pick<CentreViews, 'roomPlan'>;
  readonly audit: Pick<AuditWriter, 'write' | 'writeAfter'>;
  onCut(cause: CutCause): void;
}): Wall {
  const facts = new RoomFactsReader(o);
  const asks = new RecorderRequests(o);
  return { facts, keptWatch: new KeptWatch({ ...o, facts, asks }), feed: new WallFeed({ ...o, facts, asks }) };
}
