// Sends each mail by a connection of its own, with bounded waits.
import type { Logger } from '@meridian/runtime';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';

export interface MailConfig {
  /** smtp://USER:PASSWORD@HOST:PORT, smtps://… */
  readonly smtpUrl: string;
  /** The organizer in calendars. */
  readonly from: string;
  /** Sender's name for tenants without a name of their own. */
  readonly fromName: string;
}

export interface DeliveryOptions {
  readonly config: MailConfig;
  readonly log: Logger;
  /** Each wait of a connection; absent: 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** For each kind of jobs. */
export const CONNECTIONS = 4;
/** Enough to outlast some hours without the server: pauses grow to ten minutes. */
export const ATTEMPTS_MAX = 40;

export class Delivery {
  /** At most four steps of a connection, and the message. */
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
      // Mails hold data of people, so they may name no files and no URLs to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Returns the host of Message-IDs. */
  get host(): string {
    return this.#o.config.from.split('@')[1] ?? '';
  }

  /** Resolves also for a final refusal; rejects if a retry may help. `about`: ids for the log. */
  async send(mail: SendMailOptions, about: object, senderName?: string): Promise<void> {
    const { from, fromName } = this.#o.config;
    try {
      await this.#transport.sendMail({
        ...mail,
        from: { name: senderName ?? fromName, address: from },
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      // The error itself names people, so only its codes are passed on.
      const { code, responseCode } = error as SmtpError;
      if (!isRefused(error as SmtpError))
        throw new Error(`no mail was taken: ${code ?? 'unknown'} ${responseCode ?? ''}`);
      this.#o.log.warn({ code, responseCode, ...about }, 'a mail was refused');
    }
  }

  close(): void {
    this.#transport.close();
  }
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Recognises 5yz to the recipient or the message. */
const isRefused = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
