// A mail server on loopback that keeps its mails.
import { once } from 'node:events';
import type { Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** Starts a server that stops when the functions added to `closing` are called. */
export async function smtp(closing: (() => unknown)[], o: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString('utf8'));
        done();
      });
    },
    ...o,
  });
  server.on('error', () => undefined);
  const startedServer = server.listen(0, '127.0.0.1');
  await once(startedServer, 'listening');
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, port: portOf(startedServer) };
}

export const portOf = (server: Server): number => (server.address() as { port: number }).port;

export const unfolded = (text: string): string => text.replaceAll(/\r?\n[ \t]/g, ' ');

/** Returns '' if the mail has no such header. */
export const header = (mail: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded(mail))?.[1]?.trim() ?? '';

export const mailsTo = (mails: readonly string[], address: string) =>
  mails.filter((mail) => header(mail, 'To').includes(address));
