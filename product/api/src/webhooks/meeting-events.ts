// Events about meetings: one per version, stored and queued in the transaction of the change.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { storyOf } from '../events/core/meeting-story.ts';
import { meetingBodyOf } from '../events/meeting-body.ts';
import type { MeetingChange, MeetingFollower } from '../meetings/meetings.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Deliveries } from './deliveries.ts';

export interface MeetingEventsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly deliveries: Pick<Deliveries, 'add'>;
}

export class MeetingEvents implements MeetingFollower {
  readonly #o: MeetingEventsOptions;

  constructor(o: MeetingEventsOptions) {
    this.#o = o;
  }

  async changed(db: Transaction, { before, after }: MeetingChange): Promise<void> {
    const { clock, rng, deliveries } = this.#o;
    const { tenant, id: sid, room, version: sequence } = after;
    const story = storyOf(before, after);
    const event = { id: newId('EV_', (count) => rng.bytes(count), 20), tenant, sid, sequence, type: story.type };
    const times = { at_ms: after.updatedMs, created_ms: clock.wallMs() };
    const body = JSON.stringify(meetingBodyOf(after, story));
    await db
      .insertInto('events')
      .values({ ...event, ...times, room, body })
      .execute();
    await deliveries.add(db, [event]);
  }
}
