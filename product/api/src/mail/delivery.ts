// Sends each mail on a separate connection, with bounded waits.
import type { Logger } from '@meridian/runtime';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';

export interface MailConfig {
  /** smtp://USER:PASSWORD@HOST:PORT, smtps://… */
  readonly smtpUrl: string;
  /** Address of the organizer in calendars. */
  readonly from: string;
  /** Sender's name for tenants that have set no name. */
  readonly fromName: string;
}

export interface DeliveryOptions {
  readonly config: MailConfig;
  readonly log: Logger;
  /** Longest wait of each step of a connection; 10 s by default. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Connections of each kind of jobs. */
export const CONNECTIONS = 4;
/** Enough to bridge some hours without the server, since pauses grow to ten minutes. */
export const ATTEMPTS_MAX = 40;

export class Delivery {
  /** Longest time to send a mail: four steps of a connection, and the message. */
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
      // Mails contain people's text, which may not name files or URLs to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Returns the host in Message-IDs. */
  get host(): string {
    return this.#o.config.from.split('@')[1] ?? '';
  }

  /** Resolves also after a permanent refusal; rejects if a retry may help. `logFields`: ids for the log. */
  async send(mail: SendMailOptions, logFields: object, senderName?: string): Promise<void> {
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
        throw new Error(`the mail could not be sent: ${code ?? 'unknown'} ${responseCode ?? ''}`);
      this.#o.log.warn({ code, responseCode, ...logFields }, 'a mail was refused');
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

/** Returns whether the server permanently refused (5yz) the recipient or the message. */
const isRefused = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
