// Mails on their way to the server: one connection for each, with bounds on its waits.
import type { Logger } from '@meridian/runtime';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';

export interface MailConfig {
  /** smtp://USER:PASSWORD@HOST:PORT, smtps://… */
  readonly smtpUrl: string;
  /** Address of the sender, which is the organizer in calendars. */
  readonly from: string;
  /** Of tenants that have no name of their own for it. */
  readonly fromName: string;
}

export interface DeliveryOptions {
  readonly config: MailConfig;
  readonly log: Logger;
  /** For each wait of a connection; absent: 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Mails at once, of each kind of jobs. */
export const CONNECTIONS = 4;
/** A server that is away for some hours is waited for: pauses grow to ten minutes. */
export const ATTEMPTS_MAX = 40;

export class Delivery {
  /** How long sending one mail may take: a connection has four steps at most, and the message. */
  readonly longestMs: number;
  readonly #o: DeliveryOptions;
  readonly #transport: Transporter;

  constructor(o: DeliveryOptions) {
    this.#o = o;
    const timeoutMs = o.timeoutMs ?? TIMEOUT_MS;
    this.longestMs = 8 * timeoutMs;
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
  }

  /** Of ids of mails: the part of the sender's address behind its @. */
  get host(): string {
    return this.#o.config.from.split('@')[1] ?? '';
  }

  /**
   * `about`: ids for the log. `senderName`: undefined: that of the configuration. Resolves also when the server refuses
   * the mail for good: it will say no again. Rejects if another try may help.
   */
  async send(mail: SendMailOptions, about: object, senderName?: string): Promise<void> {
    const { from, fromName } = this.#o.config;
    try {
      await this.#transport.sendMail({
        ...mail,
        from: { name: senderName ?? fromName, address: from },
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      // Not the error itself: it names people.
      const { code, responseCode } = error as SmtpError;
      if (!isRefused(error as SmtpError))
        throw new Error(`no mail was taken: ${code ?? 'unknown'} ${responseCode ?? ''}`);
      this.#o.log.warn({ code, responseCode, ...about }, 'a mail was refused');
    }
  }

  /** Idempotent. */
  close(): void {
    this.#transport.close();
  }
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Did the server refuse this mail for good (5yz to the recipient or the message)? */
const isRefused = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
