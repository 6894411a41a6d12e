// Mails about meetings: planned in the transaction of the change, sent by jobs. A mail is meant to be sent once for an
// invitee and a sequence; where a server's answer is lost it is sent again, under the same Message-ID.
import type { Logger } from '@meridian/runtime';
import { createTransport, type Transporter } from 'nodemailer';
import { calendarOf } from '../calendar/calendar.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { MeetingLinks } from '../join-links/meeting-links.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import type { MeetingChange, MeetingFollower } from '../meetings/meetings.ts';
import type { Quotas } from '../meetings/quotas.ts';
import type { Transaction } from '../store/transaction.ts';
import { isCancelling, isOutdated, type PlannedMail, planMails } from './core/plan.ts';
import { wordsOf } from './core/words.ts';

export interface MailConfig {
  /** smtp://USER:PASSWORD@HOST:PORT, smtps://… */
  readonly smtpUrl: string;
  /** Address of the sender, which is the organizer in calendars. */
  readonly from: string;
  readonly fromName: string;
}

export interface MailerOptions {
  readonly config: MailConfig;
  readonly links: Pick<MeetingLinks, 'joinUrl'>;
  readonly jobs: Jobs;
  readonly log: Logger;
  readonly quotas: Pick<Quotas, 'mails'>;
  meetingOf(tenant: string, id: string): Promise<Meeting>;
  /** For each wait of a connection; absent: 10 s. */
  readonly timeoutMs?: number;
}

interface MailJob extends PlannedMail {
  readonly meeting: string;
}

const TIMEOUT_MS = 10_000;
const CONNECTIONS = 4;
/** A server that is away for some hours is waited for: pauses grow to ten minutes. */
const ATTEMPTS_MAX = 40;

export class Mailer implements MeetingFollower {
  readonly #o: MailerOptions;
  readonly #transport: Transporter;
  readonly #kind: JobKind<MailJob>;

  constructor(o: MailerOptions) {
    this.#o = o;
    const timeoutMs = o.timeoutMs ?? TIMEOUT_MS;
    this.#transport = createTransport({
      url: o.config.smtpUrl,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      // What mails hold comes from people: it names no files and no addresses to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#kind = {
      name: 'meeting-mail',
      concurrency: CONNECTIONS,
      perTenant: CONNECTIONS - 1,
      // A connection has four steps of this length at most, and the message.
      leaseMs: 8 * timeoutMs,
      attemptsMax: ATTEMPTS_MAX,
      run: async (job, { tenant }) => {
        await this.#send(tenant, job);
        return undefined;
      },
    };
    o.jobs.register(this.#kind);
  }

  /** Plans the mails. Rejects with QUOTA_EXCEEDED; a cancellation is mailed all the same. */
  async changed(db: Transaction, change: MeetingChange): Promise<void> {
    const { before, after } = change;
    const mails = planMails(before, after);
    await this.#o.quotas.mails(db, change, mails.length, { always: isCancelling(change, mails) });
    for (const planned of mails)
      await this.#o.jobs.add(db, this.#kind, {
        payload: { ...planned, meeting: after.id },
        key: `${planned.invitee.id}:${planned.sequence}:${planned.kind}`,
        tenant: after.tenant,
      });
  }

  /** Idempotent. */
  close(): void {
    this.#transport.close();
  }

  async #send(tenant: string, job: MailJob): Promise<void> {
    const meeting = await this.#meetingOf(tenant, job.meeting);
    if (meeting === undefined || isOutdated(job, meeting)) return;
    try {
      await this.#transport.sendMail(this.#message(meeting, job));
    } catch (error) {
      // Not the error itself: it names people.
      const { code, responseCode } = error as SmtpError;
      if (!isRefused(error as SmtpError))
        throw new Error(`no mail was taken: ${code ?? 'unknown'} ${responseCode ?? ''}`);
      // The server will say no again.
      this.#o.log.warn({ code, responseCode, meeting: meeting.id, invitee: job.invitee.id }, 'a mail was refused');
    }
  }

  #message(meeting: Meeting, { kind, invitee, sequence }: MailJob) {
    const { config, links } = this.#o;
    const joinUrl = links.joinUrl(meeting, invitee);
    const sender = { name: config.fromName, address: config.from };
    const isOff = kind === 'cancellation';
    const content = calendarOf([{ ...meeting, sequence }], {
      method: isOff ? 'cancel' : 'request',
      joinUrl: () => joinUrl,
      organizer: { name: config.fromName, email: config.from },
      attendee: invitee,
    });
    return {
      ...wordsOf(kind, meeting, invitee, joinUrl),
      from: sender,
      to: { name: invitee.name, address: invitee.email },
      messageId: `<${meeting.id}.${invitee.id}.${sequence}.${kind}@${config.from.split('@')[1]}>`,
      // Of this version: a repeat is the same mail.
      date: new Date(meeting.updatedMs),
      headers: { 'Auto-Submitted': 'auto-generated' },
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

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Did the server refuse this mail for good (5yz to the recipient or the message)? */
const isRefused = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
