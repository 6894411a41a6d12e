// Debian's coturn with the configuration of docs/deploy.md, in which only names, files and addresses differ.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { addresses, endChild } from './network.ts';

const page = join(import.meta.dirname, '../../../docs/deploy.md');
const LAST_LINES = 30;

export interface CoturnOptions {
  readonly prefix: readonly string[];
  readonly secret: string;
  readonly certPem: string;
  readonly keyPem: string;
}

export class Coturn {
  readonly #prefix: readonly string[];
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-coturn-'));
  readonly #unregister = registerResource('coturn', () => this.close());
  #child: ChildProcess | undefined;
  readonly #lines: string[] = [];

  constructor({ prefix, secret, certPem, keyPem }: CoturnOptions) {
    this.#prefix = prefix;
    const file = (name: string, text: string): string => {
      writeFileSync(join(this.#dir, name), text, { mode: 0o600 });
      return join(this.#dir, name);
    };
    const text = configOf(readFileSync(page, 'utf8'), {
      'static-auth-secret': [secret],
      cert: [file('cert.pem', certPem)],
      pkey: [file('key.pem', keyPem)],
      'allowed-peer-ip': [addresses.media],
    });
    const own = [
      `listening-ip=${addresses.turn}`,
      `relay-ip=${addresses.relay}`,
      'no-cli',
      'log-file=stdout',
      `pidfile=${join(this.#dir, 'pid')}`,
      `userdb=${join(this.#dir, 'users')}`,
      'verbose',
    ];
    file('turnserver.conf', `${text}\n${own.join('\n')}\n`);
  }

  get log(): readonly string[] {
    return this.#lines.slice(-LAST_LINES);
  }

  /** Starts or restarts coturn; a restart loses all allocations. */
  async start(): Promise<void> {
    if (this.#child !== undefined) await endChild(this.#child);
    const [file = '', ...args] = [...this.#prefix, 'turnserver', '-c', join(this.#dir, 'turnserver.conf')];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#lines.length = 0;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.#lines.push(...chunk.toString().split('\n').filter(Boolean)));
    await until('coturn listens', () => this.#lines.some((line) => line.includes('Total General servers')));
  }

  async close(): Promise<void> {
    this.#unregister();
    if (this.#child !== undefined) await endChild(this.#child);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Returns coturn's configuration in a page of Markdown, with these values in place of the page's own. */
export function configOf(markdown: string, values: Readonly<Record<string, readonly string[]>>): string {
  const block = markdown.split('```').find((part) => part.startsWith('\nuse-auth-secret\n'));
  if (block === undefined) throw new Error('docs/deploy.md has no configuration of coturn');
  const lines = block.trim().split('\n');
  const absentKey = Object.keys(values).find((key) => !lines.some((line) => line.startsWith(`${key}=`)));
  if (absentKey !== undefined) throw new Error(`docs/deploy.md gives coturn no ${absentKey}`);
  const kept = lines.filter((line) => values[line.split('=')[0] ?? ''] === undefined);
  return [...kept, ...Object.entries(values).flatMap(([key, all]) => all.map((value) => `${key}=${value}`))].join('\n');
}
