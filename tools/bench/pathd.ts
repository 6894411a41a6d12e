// What the forwarder under the pipes costs: processor time per datagram of a pathd that sends and of one that receives,
// beside the plainest forwarder there is (socat: one read, one write, nothing looked at) under the same datagrams in
// the same run. Turns of each alternate, so that a machine that changes its speed changes it for both.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { owned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase, percentile } from '../support/case.ts';

/** An SRTP packet of video. */
const PAYLOAD_BYTES = 1100;
/** Datagrams are handed out this often, as a worker does that reads its sockets in turns. */
const TURN_MS = 5;
const [idA, idB] = ['0000000a', '0000000b'];
const [keyAb, keyBa] = ['0a'.repeat(16), '0b'.repeat(16)];
const ip = '127.0.0.1';

export const pathdBench: LabCase = {
  name: 'pathd',
  summary: 'processor time per datagram of the forwarder under the pipes, beside the plainest forwarder',
  configure: (command) =>
    void command
      .option('--rate <n>', 'datagrams a second', countOption, 5000)
      .option('--seconds <n>', 'of each turn', countOption, 4)
      .option('--turns <n>', 'of each forwarder', countOption, 5),
  run: async (options, say) => {
    const [rate, seconds, turns] = [Number(options['rate']), Number(options['seconds']), Number(options['turns'])];
    const rig = await Rig.open();
    try {
      const costs = { sender: [] as number[], receiver: [] as number[], plain: [] as number[] };
      let lost = 0;
      for (let turn = 0; turn < turns; turn += 1) {
        const by = await rig.turn(rig.pathd, { rate, seconds });
        const plain = await rig.turn(rig.plain, { rate, seconds });
        costs.sender.push(by.cpuUs[0] ?? 0);
        costs.receiver.push(by.cpuUs[1] ?? 0);
        costs.plain.push(plain.cpuUs[0] ?? 0);
        lost += by.lost;
        say(
          `turn ${turn + 1}: sender ${by.cpuUs[0]?.toFixed(2)}, receiver ${by.cpuUs[1]?.toFixed(2)}, plain ${plain.cpuUs[0]?.toFixed(2)} us`,
        );
      }
      const [senderUs, receiverUs, plainUs] = [costs.sender, costs.receiver, costs.plain].map((all) =>
        percentile(all, 0.5),
      );
      return {
        params: { rate, seconds, turns, payloadBytes: PAYLOAD_BYTES },
        metrics: {
          senderUsPerDatagram: senderUs ?? 0,
          receiverUsPerDatagram: receiverUs ?? 0,
          plainForwarderUsPerDatagram: plainUs ?? 0,
          senderToPlain: (senderUs ?? 0) / (plainUs ?? 1),
          receiverToPlain: (receiverUs ?? 0) / (plainUs ?? 1),
          datagramsLost: lost,
        },
        missed: [],
      };
    } finally {
      rig.close();
    }
  },
};

/** What forwards: where to send, and which process' time counts. */
interface Forwarder {
  readonly port: number;
  readonly pids: readonly number[];
}

class Rig {
  readonly #children: ChildProcess[] = [];
  readonly #sockets: Socket[] = [];
  readonly #disown = owned('a bench of pathd', () => this.close());
  #received = 0;
  #source!: Socket;
  pathd!: Forwarder;
  plain!: Forwarder;

  static async open(): Promise<Rig> {
    const rig = new Rig();
    try {
      await rig.#start();
      return rig;
    } catch (error) {
      rig.close();
      throw error;
    }
  }

  /** Sends for a while; processor time per datagram that arrived, of each of its processes. */
  async turn(forwarder: Forwarder, o: { rate: number; seconds: number }): Promise<{ cpuUs: number[]; lost: number }> {
    const payload = Buffer.alloc(PAYLOAD_BYTES, 1);
    await this.#still();
    const before = forwarder.pids.map(cpuNs);
    const receivedBefore = this.#received;
    const startMs = performance.now();
    let sent = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsedMs = performance.now() - startMs;
        for (const due = (elapsedMs / 1000) * o.rate; sent < due; sent += 1)
          this.#source.send(payload, forwarder.port, ip);
        if (elapsedMs < o.seconds * 1000) return;
        clearInterval(timer);
        resolve();
      }, TURN_MS);
    });
    await this.#still();
    const arrived = this.#received - receivedBefore;
    return {
      cpuUs: forwarder.pids.map((pid, index) => (cpuNs(pid) - (before[index] ?? 0)) / 1000 / Math.max(1, arrived)),
      lost: sent - arrived,
    };
  }

  /** Idempotent. */
  close(): void {
    this.#disown();
    for (const child of this.#children.splice(0)) child.kill();
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  /** What is under way has arrived. */
  async #still(): Promise<void> {
    let last = -1;
    await until('no more of them arrive', () => {
      const isStill = last === this.#received;
      last = this.#received;
      return isStill;
    });
  }

  async #start(): Promise<void> {
    const bin = process.env['MERIDIAN_PATHD_BIN'];
    if (bin === undefined || bin === '' || bin === 'none') throw new Error('no pathd: the set-up found no compiler');
    this.#source = await this.#socket();
    const sink = await this.#socket();
    sink.on('message', () => {
      this.#received += 1;
    });
    const [a, b] = [await this.#pathd(bin, idA), await this.#pathd(bin, idB)];
    a.tell(`peer ${idB} ${ip} ${b.wirePort} ${keyAb} ${keyBa}`);
    a.tell(`flow ${idB} ${ip} ${this.#source.address().port}`);
    a.tell(`route ${idB} direct none`);
    b.tell(`peer ${idA} ${ip} ${a.wirePort} ${keyBa} ${keyAb}`);
    b.tell(`flow ${idA} ${ip} ${sink.address().port}`);
    b.tell(`route ${idA} direct none`);
    this.pathd = { port: a.localPort, pids: [a.pid, b.pid] };
    const plainPort = await freePort();
    const socat = this.#child('socat', [
      '-u',
      `UDP4-RECV:${plainPort},bind=${ip}`,
      `UDP4-SENDTO:${ip}:${sink.address().port}`,
    ]);
    this.plain = { port: plainPort, pids: [socat.pid ?? 0] };
    for (const forwarder of [this.pathd, this.plain]) {
      const before = this.#received;
      await until('a forwarder forwards', () => {
        this.#source.send('ready?', forwarder.port, ip);
        return this.#received > before;
      });
    }
  }

  async #pathd(bin: string, id: string) {
    const child = this.#child(bin, [id, '1', ip, '0', ip, '0']);
    let number = 0;
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const ready = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      child.once('exit', () => reject(new Error('pathd ended')));
    });
    const [, wirePort, localPort] = ready.split(' ').map(Number);
    const tell = (command: string): void => {
      number += 1;
      child.stdin?.write(`${number} ${command}\n`);
    };
    return { pid: child.pid ?? 0, wirePort: wirePort ?? 0, localPort: localPort ?? 0, tell };
  }

  #child(file: string, args: readonly string[]): ChildProcess {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }

  async #socket(): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    this.#sockets.push(socket);
    await new Promise<void>((resolve) => socket.bind(0, ip, resolve));
    return socket;
  }
}

/** Nanoseconds on a processor, by the kernel's scheduler. */
const cpuNs = (pid: number): number => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, ip, resolve));
  const { port } = socket.address();
  socket.close();
  return port;
}
