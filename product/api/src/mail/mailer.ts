// Mails about meetings: planned in the transaction of the change, and sent by jobs. If the server's answer is lost, the
// mail is repeated with the same Message-ID.
import type { Logger } from '@meridian/runtime';
import { calendarOf } from '../calendar/calendar.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { MeetingLinks } from '../join-links/meeting-links.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import type { MeetingChange, MeetingFollower } from '../meetings/meetings.ts';
import type { Quotas } from '../meetings/quotas.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { senderNameOf } from '../tenant/branding.ts';
import { meetingMailText } from './core/meeting-mail-text.ts';
import { isCancelling, isOutdated, type PlannedMail, planMails } from './core/plan.ts';
import { ATTEMPTS_MAX, CONNECTIONS, Delivery, type DeliveryOptions } from './delivery.ts';

export interface MailerOptions extends DeliveryOptions {
  readonly db: Database;
  readonly links: Pick<MeetingLinks, 'joinUrl'>;
  readonly jobs: Jobs;
  readonly log: Logger;
  readonly quotas: Pick<Quotas, 'mails'>;
  meetingOf(tenant: string, id: string): Promise<Meeting>;
}

interface MailJob extends PlannedMail {
  readonly meeting: string;
}

export class Mailer implements MeetingFollower {
  readonly #o: MailerOptions;
  readonly #delivery: Delivery;
  readonly #kind: JobKind<MailJob>;

  constructor(o: MailerOptions) {
    this.#o = o;
    this.#delivery = new Delivery(o);
    this.#kind = {
      name: 'meeting-mail',
      concurrency: CONNECTIONS,
      perTenant: CONNECTIONS - 1,
      leaseMs: this.#delivery.longestMs,
      attemptsMax: ATTEMPTS_MAX,
      run: async (job, { tenant }) => {
        await this.#send(tenant, job);
        return undefined;
      },
    };
    o.jobs.register(this.#kind);
  }

  /** Rejects with QUOTA_EXCEEDED, except for cancellations, which are always mailed. */
  async changed(db: Transaction, change: MeetingChange): Promise<void> {
    const { before, after } = change;
    const mails = planMails(before, after);
    await this.#o.quotas.mails(db, change, mails.length, { always: isCancelling(change, mails) });
    for (const plannedMail of mails)
      await this.#o.jobs.add(db, this.#kind, {
        payload: { ...plannedMail, meeting: after.id },
        key: `${plannedMail.invitee.id}:${plannedMail.sequence}:${plannedMail.kind}`,
        tenant: after.tenant,
      });
  }

  close(): void {
    this.#delivery.close();
  }

  async #send(tenant: string, job: MailJob): Promise<void> {
    const meeting = await this.#meetingOf(tenant, job.meeting);
    if (meeting === undefined || isOutdated(job, meeting)) return;
    const sender = await senderNameOf(this.#o.db, tenant);
    const mail = this.#message(meeting, job, sender ?? this.#o.config.fromName);
    await this.#delivery.send(mail, { meeting: meeting.id, invitee: job.invitee.id }, sender);
  }

  #message(meeting: Meeting, { kind, invitee, sequence }: MailJob, organizer: string) {
    const { config, links } = this.#o;
    const joinUrl = links.joinUrl(meeting, invitee);
    const isOff = kind === 'cancellation';
    const content = calendarOf([{ ...meeting, sequence }], {
      method: isOff ? 'cancel' : 'request',
      joinUrl: () => joinUrl,
      organizer: { name: organizer, email: config.from },
      attendee: invitee,
    });
    return {
      ...meetingMailText(kind, meeting, invitee, joinUrl),
      to: { name: invitee.name, address: invitee.email },
      messageId: `<${meeting.id}.${invitee.id}.${sequence}.${kind}@${this.#delivery.host}>`,
      // The date depends only on the version, so that a repeated mail is identical.
      date: new Date(meeting.updatedMs),
      icalEvent: { method: isOff ? 'CANCEL' : 'REQUEST', filename: 'invite.ics', content },
    };
  }

  async #meetingOf(tenant: string, id: string): Promise<Meeting | undefined> {
    try {
      return await this.#o.meetingOf(tenant, id);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    }
  }
}
