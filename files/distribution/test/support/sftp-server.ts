// An SFTP server for a folder, with the parts of OpenSSH's behaviour that sinks use; tests control its cuts and
// refusals.
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { join, normalize } from 'node:path';
import type { Duplex } from 'node:stream';

interface Context {
  readonly method: string;
  readonly username: string;
  readonly password?: string;
  readonly key?: { readonly data: Buffer };
  accept(): void;
  reject(): void;
}
interface Ssh2 {
  readonly Server: new (o: { readonly hostKeys: readonly string[] }, on: (client: Connection) => void) => NetServer;
  readonly utils: {
    generateKeyPairSync(type: 'ed25519'): { readonly private: string };
    parseKey(text: string): { getPublicSSH(): Buffer };
  };
}
interface Connection {
  readonly _sock: Socket;
  on(event: 'authentication', listener: (context: Context) => void): this;
  on(event: 'session', listener: (accept: () => Session) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
}
interface Session {
  on(event: 'subsystem', listener: (accept: () => Duplex, reject: () => void, o: { name: string }) => void): this;
}

const require = createRequire(import.meta.url);
const { Server, utils } = require('ssh2') as Ssh2;

const status = { ok: 0, eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;
const hostKey = privateKey();
/** Key of the user; `sshd` knows the public half. */
export const userKey = privateKey();
export const PASSWORD = 'a password of tests';

/** ssh2 cannot read about one in 200 of its own keys (Malformed OpenSSH private key), so this retries. */
function privateKey(): string {
  for (;;) {
    const { private: key } = utils.generateKeyPairSync('ed25519');
    if (!(utils.parseKey(key) instanceof Error)) return key;
  }
}

export class SftpServer {
  /** Cuts the connection after this many written bytes. */
  cutAfterBytes = Number.POSITIVE_INFINITY;
  /** Corrupts each written byte from this offset on. */
  spoilsFrom = Number.POSITIVE_INFINITY;
  /** Refuses calls that name such a path. */
  denied: RegExp | undefined;
  /** Supports OpenSSH's rename and fsync. */
  isOpenSsh = true;
  /** Does not answer calls. `called` resolves at the first call, answered or not. */
  isSilent = false;
  readonly called = Promise.withResolvers<void>();
  writtenBytes = 0;
  sessions = 0;
  readonly calls: string[] = [];
  readonly root: string;
  readonly hostKey = `SHA256:${createHash('sha256')
    .update(utils.parseKey(hostKey).getPublicSSH())
    .digest('base64')
    .replace(/=+$/, '')}`;
  readonly #sockets = new Set<Socket>();
  readonly #server = new Server({ hostKeys: [hostKey] }, (client) => this.#serve(client));

  constructor(root: string) {
    this.root = root;
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Connection): void {
    const socket = client._sock;
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      const isPassword = context.method === 'password' && context.password === PASSWORD;
      const isKey =
        context.method === 'publickey' && context.key?.data.equals(utils.parseKey(userKey).getPublicSSH()) === true;
      if (context.username === 'meridian' && (isPassword || isKey)) context.accept();
      else context.reject();
    });
    client.on('session', (accept) => {
      accept().on('subsystem', (acceptStream, reject, { name }) => {
        if (name === 'sftp') {
          this.sessions += 1;
          new Serving(this, acceptStream(), () => socket.destroy()).begin();
        } else reject();
      });
    });
  }
}

class Fields {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  number(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }
  long(): number {
    this.#at += 8;
    return Number(this.#bytes.readBigUInt64BE(this.#at - 8));
  }
  data(): Buffer {
    const length = this.number();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  text(): string {
    return this.data().toString();
  }
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string | Buffer): Buffer => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);

class Serving {
  readonly #o: SftpServer;
  readonly #stream: Duplex;
  readonly #cut: () => void;
  #received = Buffer.alloc(0);

  constructor(o: SftpServer, stream: Duplex, cut: () => void) {
    this.#o = o;
    this.#stream = stream;
    this.#cut = cut;
  }

  begin(): void {
    this.#stream.on('error', () => undefined);
    this.#stream.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readUInt32BE(0)) {
        const end = 4 + this.#received.readUInt32BE(0);
        const packet = this.#received.subarray(4, end);
        this.#received = this.#received.subarray(end);
        this.#take(packet[0] ?? 0, new Fields(packet.subarray(1)));
      }
    });
  }

  #send(type: number, ...parts: Buffer[]): void {
    const body = Buffer.concat([Buffer.from([type]), ...parts]);
    this.#stream.write(Buffer.concat([u32(body.length), body]));
  }

  #status(id: number, code: number): void {
    this.#send(101, u32(id), u32(code), text(`status ${code}`), text(''));
  }

  #take(type: number, fields: Fields): void {
    if (type === 1) {
      const extensions = ['posix-rename@openssh.com', 'fsync@openssh.com'].flatMap((name) => [text(name), text('1')]);
      this.#send(2, u32(3), ...(this.#o.isOpenSsh ? extensions : []));
      return;
    }
    const id = fields.number();
    this.#o.called.resolve();
    if (this.#o.isSilent) return;
    try {
      this.#answer(type, id, fields);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const denied = code === 'EACCES' ? status.permissionDenied : status.failure;
      this.#status(id, code === 'ENOENT' ? status.noSuchFile : denied);
    }
  }

  #path(fields: Fields): string {
    const path = fields.text();
    if (this.#o.denied?.test(path)) throw Object.assign(new Error('denied'), { code: 'EACCES' });
    return join(this.#o.root, normalize(`/${path}`));
  }

  #answer(type: number, id: number, fields: Fields): void {
    const name = { 3: 'open', 4: 'close', 5: 'read', 6: 'write', 13: 'remove', 14: 'mkdir', 17: 'stat', 18: 'rename' };
    const call = name[type as keyof typeof name] ?? (type === 200 ? fields.text() : String(type));
    this.#o.calls.push(call);
    if (call === 'open') this.#send(102, u32(id), text(u32(this.#open(fields))));
    else if (call === 'read') this.#read(id, fields);
    else if (call === 'stat') this.#stat(id, statSync(this.#path(fields)).size);
    else this.#status(id, this.#done(call, fields));
  }

  /** Performs a call that answers with a status. */
  #done(call: string, fields: Fields): number {
    if (call === 'write') this.#write(fields);
    else if (call === 'close') closeSync(fields.data().readUInt32BE());
    else if (call === 'remove') rmSync(this.#path(fields));
    else if (call === 'mkdir') mkdirSync(this.#path(fields));
    else if (call === 'posix-rename@openssh.com') renameSync(this.#path(fields), this.#path(fields));
    else if (call === 'fsync@openssh.com') fsyncSync(fields.data().readUInt32BE());
    else if (call === 'rename') this.#renameAnew(this.#path(fields), this.#path(fields));
    else return status.unsupported;
    return status.ok;
  }

  #open(fields: Fields): number {
    const path = this.#path(fields);
    const flags = fields.number();
    const [writes, truncates] = [(flags & 2) !== 0, (flags & 16) !== 0];
    return openSync(path, truncates ? 'w' : writes ? 'r+' : 'r');
  }

  #stat(id: number, bytes: number): void {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(bytes));
    this.#send(105, u32(id), u32(1), size);
  }

  #read(id: number, fields: Fields): void {
    const [handle, at, length] = [fields.data().readUInt32BE(), fields.long(), fields.number()];
    const bytes = Buffer.alloc(Math.min(length, 10_000));
    const got = readSync(handle, bytes, 0, bytes.length, at);
    if (got === 0) this.#status(id, status.eof);
    else this.#send(103, u32(id), text(bytes.subarray(0, got)));
  }

  #write(fields: Fields): void {
    const [handle, at, bytes] = [fields.data().readUInt32BE(), fields.long(), fields.data()];
    if (this.#o.writtenBytes >= this.#o.cutAfterBytes) {
      this.#cut();
      return;
    }
    this.#o.writtenBytes += bytes.length;
    writeSync(handle, at >= this.#o.spoilsFrom ? bytes.map((byte) => byte ^ 1) : bytes, 0, bytes.length, at);
  }

  /** Renames by the protocol, which does not replace an existing file. */
  #renameAnew(from: string, to: string): void {
    if (statSync(to, { throwIfNoEntry: false }) !== undefined) throw Object.assign(new Error(), { code: 'EEXIST' });
    renameSync(from, to);
  }
}
