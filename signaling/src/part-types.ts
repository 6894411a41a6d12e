// Types of the service's parts, and of what they are made from (parts.ts).
import type { ApiLinks, NodeShell, OpenedTokens } from '@meridian/node-shell';
import type { ServiceContext } from '@meridian/runtime';
import type { ProcessLoad } from './adapters/process-load.ts';
import type { Receipts } from './adapters/receipts.ts';
import type { ClientService } from './clients/client-service.ts';
import type { ServiceCounters } from './clients/context.ts';
import type { QualityBatches } from './clients/quality-batches.ts';
import type { QualityRounds } from './clients/quality-rounds.ts';
import type { SessionKeepAlive } from './clients/session-keep-alive.ts';
import type { StayQualities } from './clients/stay-qualities.ts';
import type { Config } from './config.ts';
import type { Description } from './describe.ts';
import type { CentreClient } from './links/centre.ts';
import type { NodeLinks } from './links/nodes.ts';
import type { OpenedSessions } from './links/opened-sessions.ts';
import type { PeerLinks } from './links/peers.ts';
import type { Journal } from './owner/journal.ts';
import type { OwnedRooms } from './owner/owned-rooms.ts';

export interface PartsOptions {
  context: ServiceContext<Config>;
  shell: NodeShell;
  load: ProcessLoad;
  api: ApiLinks;
  tokens: OpenedTokens;
  description: Description;
  counters: ServiceCounters;
}

export interface Parts {
  readonly centre: CentreClient;
  readonly nodes: NodeLinks;
  readonly peers: PeerLinks;
  /** Links from the api's instances, which dial this node. */
  readonly api: ApiLinks;
  readonly tokens: OpenedTokens;
  /** Sessions that gateways and recorders open over their links. */
  readonly openedSessions: OpenedSessions;
  readonly ownedRooms: OwnedRooms;
  /** Journal of rooms here, until the api has stored it. */
  readonly journal: Journal;
  /** Qualities of ended stays, on their way to the api. */
  readonly stayQualities: StayQualities;
  readonly qualityRounds: QualityRounds;
  readonly qualityBatches: QualityBatches;
  readonly clients: ClientService;
  readonly receipts: Receipts;
  readonly sessionKeepAlive: SessionKeepAlive;
}

/** Returns other parts. Parts refer to each other in cycles, so none calls this before all are made. */
export type LateParts<K extends keyof Parts> = () => Pick<Parts, K>;

export type LinkBase = Pick<ServiceContext<Config>, 'log' | 'clock' | 'rng'> & {
  readonly credentials: NodeShell['credentials'];
  isClosing(): boolean;
};
