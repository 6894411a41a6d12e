// Cuts the network of one process: the packet filter drops every packet of its ports, and those of its new sockets.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { registerResource } from '../../test/support/resources.ts';

/** Interval at which new sockets of the process are looked for. */
const LOOK_MS = 50;

export class PortFilter {
  readonly #table = `meridian_lab_${process.pid}`;

  constructor() {
    const name = `inet ${this.#table}`;
    nft(`add table ${name}
add set ${name} ports { type inet_service; }
add chain ${name} output { type filter hook output priority 0; }
add rule ${name} output th sport @ports drop
add rule ${name} output th dport @ports drop`);
    registerResource('a packet filter', () => nft(`delete table ${name}`));
  }

  /** Cuts the process whose id `pidIfAny` returns, also one that takes its place; the returned function ends it. */
  cut(pidIfAny: () => number | undefined): () => void {
    const set = `inet ${this.#table} ports`;
    const known = new Set<string>();
    const look = (): void => {
      const pid = pidIfAny();
      const found = pid === undefined ? [] : portsOf(pid).filter((port) => !known.has(port));
      for (const port of found) known.add(port);
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

/** Returns the local ports of the process, each once. */
function portsOf(pid: number): string[] {
  const lines = execFileSync('ss', ['-tunapH'], { encoding: 'utf8' }).split('\n');
  const own = lines.filter((line) => line.includes(`pid=${pid},`));
  return [...new Set(own.flatMap((line) => /:(\d+)$/.exec(line.split(/\s+/)[4] ?? '')?.[1] ?? []))];
}

function nft(commands: string): void {
  execFileSync('nft', ['-f', '-'], { input: commands, stdio: ['pipe', 'ignore', 'pipe'] });
}
