// Cuts the network of one process: the packet filter drops every packet of its sockets, and those of its new sockets.
// Nodes of two regions may listen at one port of two addresses, so a socket is known by both.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { registerResource } from '../../test/support/resources.ts';

/** Interval at which new sockets of the process are looked for. */
const LOOK_MS = 50;

/** Addresses of the nodes of a test cloud. */
const NODE_ADDRESSES = ['127.0.0.1', '127.0.1.1', '127.0.2.1'];

export class PortFilter {
  readonly #table = `meridian_lab_${process.pid}`;

  constructor() {
    const name = `inet ${this.#table}`;
    nft(`add table ${name}
add set ${name} sockets { type ipv4_addr . inet_service; }
add chain ${name} output { type filter hook output priority 0; }
add rule ${name} output ip saddr . th sport @sockets drop
add rule ${name} output ip daddr . th dport @sockets drop`);
    registerResource('a packet filter', () => nft(`delete table ${name}`));
  }

  /** Cuts the process whose id `pidIfAny` returns, also one that takes its place; the returned function ends it. */
  cut(pidIfAny: () => number | undefined): () => void {
    const set = `inet ${this.#table} sockets`;
    const known = new Set<string>();
    const look = (): void => {
      const pid = pidIfAny();
      const found = pid === undefined ? [] : socketsOf(pid).filter((socket) => !known.has(socket));
      for (const socket of found) known.add(socket);
      if (found.length > 0) nft(`add element ${set} { ${found.join(', ')} }`);
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      nft(`flush set ${set}`);
    };
  }
}

/** Returns the local addresses and ports of the process, each once; a socket of all addresses has the nodes' ones. */
function socketsOf(pid: number): string[] {
  const lines = execFileSync('ss', ['-4', '-tunapH'], { encoding: 'utf8' }).split('\n');
  const own = lines.filter((line) => line.includes(`pid=${pid},`));
  const sockets = own.flatMap((line) => {
    const [, address = '', port = ''] = /^(.+):(\d+)$/.exec(line.split(/\s+/)[4] ?? '') ?? [];
    const ip = address.split('%')[0] ?? '';
    return (ip === '0.0.0.0' ? NODE_ADDRESSES : [ip]).map((one) => `${one} . ${port}`);
  });
  return [...new Set(sockets)];
}

function nft(commands: string): void {
  execFileSync('nft', ['-f', '-'], { input: commands, stdio: ['pipe', 'ignore', 'pipe'] });
}
