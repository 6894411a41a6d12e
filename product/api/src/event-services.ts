// Assembles jobs, journals of rooms, webhooks, recordings and the library.
import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ApiKeys } from './access/keys.ts';
import type { Revocations } from './access/revocations.ts';
import { Intake, type StoredEvent } from './events/intake.ts';
import { QualityIntake } from './events/quality.ts';
import { sweepLives } from './events/sweep.ts';
import { Jobs } from './jobs/jobs.ts';
import { type Library, makeLibrary } from './library/library.ts';
import { endOccurrence } from './meetings/indexing.ts';
import type { NodeLinks } from './nodes/node-links.ts';
import type { RoomOwners } from './nodes/room-owners.ts';
import { makeRecordings, type Recordings, type RecordingsOptions } from './recordings/recordings.ts';
import type { Store } from './store/store.ts';
import type { Transaction } from './store/transaction.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import { Endpoints } from './webhooks/endpoints.ts';
import { MeetingEvents } from './webhooks/meeting-events.ts';
import type { Post } from './webhooks/post.ts';

export interface EventServicesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly sealSecret: string;
  readonly keys: Pick<ApiKeys, 'find' | 'signing' | 'fenceOf' | 'fencesOf'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly owners: Pick<RoomOwners, 'list'>;
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly region: string;
  readonly tellLimits: RecordingsOptions['tellLimits'];
  readonly post: Post;
  /** Addresses to which webhooks may be sent. */
  readonly addresses: Pick<TargetAddresses, 'isRefusedHost'>;
  /** Called after each run of a job. */
  onRan?(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
}

export interface EventServices {
  /** Must be started when all kinds of jobs are registered, and closed before the database. */
  readonly jobs: Jobs;
  readonly intake: Intake;
  readonly qualities: QualityIntake;
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
  readonly meetingEvents: MeetingEvents;
  readonly recordings: Recordings;
  readonly library: Library;
  /** Calls the listener in the transaction in which a meeting was ended for everyone. */
  onMeetingEnded(listener: EndListener): void;
}

type EndListener = (trx: Transaction, meeting: { readonly tenant: string; readonly room: string }) => Promise<void>;

export function makeEventServices(o: EventServicesOptions): EventServices {
  const { db } = o.store;
  const jobs = new Jobs({ ...o, fencesOf: (on, tenants) => o.keys.fencesOf(on, tenants) });
  const endpoints = new Endpoints({ ...o, db });
  const deliveries = new Deliveries({ ...o, db, jobs, endpoints });
  const library = makeLibrary({ ...o, db, jobs, deliveries });
  const recordings = makeRecordings({ ...o, db, jobs, deliveries, library });
  const endListeners: EndListener[] = [];
  const intake = new Intake({
    db,
    clock: o.clock,
    rng: o.rng,
    onStored: async (trx, events) => {
      for (const event of events)
        if (isEndForEveryone(event) && (await endOccurrence(trx, event)))
          for (const listener of endListeners) await listener(trx, event);
      await deliveries.add(trx, events);
    },
    onRecordings: (trx, report) => recordings.records.applyJournal(trx, report),
  });
  sweepLives({ ...o, db, jobs, intake });
  const meetingEvents = new MeetingEvents({ ...o, deliveries });
  const qualities = new QualityIntake({ ...o, db });
  const onMeetingEnded = (listener: EndListener): void => void endListeners.push(listener);
  return { jobs, intake, qualities, endpoints, deliveries, meetingEvents, recordings, library, onMeetingEnded };
}

/** Returns whether someone ended the room for all participants; a room that is empty ends with another reason. */
const isEndForEveryone = ({ type, body }: StoredEvent): boolean => type === 'room_finished' && body.reason === 'ended';
