// Assembles meetings with what follows them: a meeting sets its room's policy, and a host in the room can move the
// meeting's end.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Revocations } from './access/revocations.ts';
import type { EventServices } from './event-services.ts';
import { JoinLinks } from './join-links/join-links.ts';
import { MeetingLinks } from './join-links/meeting-links.ts';
import { type MeetingFollower, Meetings } from './meetings/meetings.ts';
import { type DailyLimits, Quotas } from './meetings/quotas.ts';
import { RoomFollower } from './meetings/room-follower.ts';
import type { RoomOwners } from './nodes/room-owners.ts';
import { RoomPolicies } from './rooms/room-policies.ts';
import { Rooms } from './rooms/rooms.ts';
import type { Database } from './store/store.ts';

export interface MeetingPartsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly sealSecret: string;
  readonly publicUrl: string;
  readonly dailyLimits: DailyLimits;
  readonly owners: RoomOwners;
  readonly revocations: Revocations;
  readonly eventServices: Pick<EventServices, 'jobs' | 'meetingEvents' | 'onMeetingEnded'>;
  /** Returns undefined if mails are not configured. */
  makeMailer(o: MailerNeeds): MeetingFollower | undefined;
}

export interface MailerNeeds {
  readonly links: MeetingLinks;
  readonly quotas: Quotas;
  readonly meetingOf: Meetings['get'];
}

export interface MeetingParts {
  readonly policies: RoomPolicies;
  readonly rooms: Rooms;
  readonly links: JoinLinks;
  readonly meetingLinks: MeetingLinks;
  readonly quotas: Quotas;
  readonly meetings: Meetings;
  readonly roomFollower: RoomFollower;
}

/** Must be called before the jobs start. */
export function makeMeetingParts(o: MeetingPartsOptions): MeetingParts {
  const { db, clock, log, rng, owners, eventServices } = o;
  const meetings: Meetings = new Meetings({ db, clock, rng });
  const policies = new RoomPolicies({
    db,
    clock,
    rng,
    log,
    owners,
    bookedOf: (tenant, room) => meetings.policyOf(tenant, room),
    endMoved: (trx, tenant, room, endsMs) => meetings.endMoved(trx, tenant, room, endsMs),
  });
  const links = new JoinLinks(o);
  const meetingLinks = new MeetingLinks({ ...o, links });
  const quotas = new Quotas({ db, clock, limits: o.dailyLimits });
  const following = new RoomFollower({ jobs: eventServices.jobs, log, policies, db, clock });
  eventServices.onMeetingEnded((trx, meeting) => following.follow(trx, meeting));
  const meetingOf = (tenant: string, id: string) => meetings.get(tenant, id);
  const mailer = o.makeMailer({ links: meetingLinks, quotas, meetingOf });
  meetings.followBy([
    meetingLinks,
    quotas, // Comes first, to refuse a change before its mails are planned.
    ...(mailer === undefined ? [] : [mailer]),
    following,
    eventServices.meetingEvents,
  ]);
  return {
    policies,
    rooms: new Rooms({ owners, policies }),
    links,
    meetingLinks,
    quotas,
    meetings,
    roomFollower: following,
  };
}
