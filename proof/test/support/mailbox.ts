import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: string;
  /** Source of the mail, without the soft line breaks of quoted-printable. */
  readonly text: string;
}

export async function startMailbox(port: number): Promise<{ readonly mails: readonly Mail[]; close(): Promise<void> }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=');
        for (const { address } of envelope.rcptTo) mails.push({ to: address, text });
        done();
      });
    },
  });
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return { mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

export function calendarsOf({ text }: Mail): string[] {
  return text.split(/\r?\n--/).flatMap((part) => {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/);
    if (!/^content-type: text\/calendar/im.test(head)) return [];
    const body = rest.join('\r\n\r\n');
    const isCoded = /^content-transfer-encoding: base64/im.test(head);
    const file = isCoded ? Buffer.from(body, 'base64').toString('utf8') : body;
    return [file.replaceAll(/\r?\n[ \t]/g, '')];
  });
}
