// pathd processes that know each other as peers, with UDP sockets in place of pipes and of the wires between them.
import { createSocket, type Socket } from 'node:dgram';
import { expect } from 'vitest';
import { type Datagram, datagram, TestPathd } from '../../kit/pathd.ts';
import { until } from './cloud.ts';

export const [idA, idB, idR, idX] = ['0000000a', '0000000b', '0000000c', '000000ff'];
export const key = (from: string, to: string): Buffer => Buffer.from(`${from}${to}`, 'ascii');
export const hexKey = (from: string, to: string): string => key(from, to).toString('hex');
export const data = (o: Partial<Datagram> = {}): Buffer =>
  datagram({ kind: 1, source: idA, destination: idB, payload: Buffer.from('payload'), key: key(idA, idB), ...o });

export const openResources: { close(): unknown }[] = [];
export async function closeAll(): Promise<void> {
  for (const one of openResources.splice(0)) await one.close();
}

export async function pathd(
  id: string,
  ip?: string,
  incarnation?: number,
  env?: Readonly<Record<string, string>>,
): Promise<TestPathd> {
  const process = await TestPathd.start(id, ip, incarnation, env);
  openResources.push(process);
  return process;
}
/** A UDP socket that plays a pipe, a wire in between, or an unknown peer. */
export class Udp {
  readonly socket: Socket;
  readonly received: Buffer[] = [];
  static async open(ip = '127.0.0.1'): Promise<Udp> {
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => socket.bind(0, ip, resolve));
    const udp = new Udp(socket);
    openResources.push(socket);
    return udp;
  }
  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (message) => this.received.push(message));
  }
  get port(): number {
    return this.socket.address().port;
  }
  send(message: Buffer, port: number): void {
    this.socket.send(message, port, this.socket.address().address);
  }
}
/** Opens a wire between two processes, which can be cut and records the datagrams that pass. */
export async function wireTo(port: () => number): Promise<Udp & { cut: boolean }> {
  const udp = Object.assign(await Udp.open(), { cut: false });
  udp.socket.on('message', (message) => {
    if (!udp.cut) udp.send(message, port());
  });
  return udp;
}
export const addPeer = (one: TestPathd, other: TestPathd, port = other.wirePort, ip = '127.0.0.1') =>
  one.send(`peer ${other.id} ${ip} ${port} ${hexKey(one.id, other.id)} ${hexKey(other.id, one.id)}`);

/** `env`: environment of the first one. */
export async function pair(ip = '127.0.0.1', env: Readonly<Record<string, string>> = {}) {
  const [a, b] = [await pathd(idA, ip, 1, env), await pathd(idB, ip)];
  const [pipeA, pipeB] = [await Udp.open(ip), await Udp.open(ip)];
  expect([await addPeer(a, b, b.wirePort, ip), await addPeer(b, a, a.wirePort, ip)]).toEqual(['ok', 'ok']);
  expect(await a.send(`flow ${idB} ${ip} ${pipeA.port}`)).toBe('ok');
  expect(await b.send(`flow ${idA} ${ip} ${pipeB.port}`)).toBe('ok');
  return { a, b, pipeA, pipeB };
}
/** Calls `act` and waits until a counter has risen above its value before the call. */
export async function waitUntilCounted(one: TestPathd, counter: string, act: () => void): Promise<void> {
  const before = (await one.status())[counter] ?? 0;
  act();
  await until(`${counter} is counted`, async () => ((await one.status())[counter] ?? 0) > before);
}
/** Starts A, B and a relay R; the direct wire between A and B can be cut. */
export async function triangle() {
  const [a, b, r] = [await pathd(idA), await pathd(idB), await pathd(idR)];
  const [toB, toA] = [await wireTo(() => b.wirePort), await wireTo(() => a.wirePort)];
  const [pipeA, pipeB] = [await Udp.open(), await Udp.open()];
  await addPeer(a, b, toB.port);
  await addPeer(b, a, toA.port);
  for (const end of [a, b]) {
    await addPeer(end, r);
    await addPeer(r, end);
  }
  await a.send(`flow ${idB} 127.0.0.1 ${pipeA.port}`);
  await b.send(`flow ${idA} 127.0.0.1 ${pipeB.port}`);
  return { a, b, r, toA, toB, pipeA, pipeB };
}
