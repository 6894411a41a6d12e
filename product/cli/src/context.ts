// Context of a command: configuration from the environment, an api client, and output for people or programs.
import { type ApiKey, createClient, type MeridianClient } from '@meridian/api-client';
import type { Command } from 'commander';
import { UsageError } from './core/failure.ts';
import { type Cell, facts, table } from './core/table.ts';

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Replaces the progress line of the terminal, '' clears it; absent without a terminal. */
  readonly line?: ((text: string) => void) | undefined;
  /** Aborted when the process is to end. */
  readonly signal: AbortSignal;
}

export class Context {
  readonly io: Io;
  readonly #program: Command;

  constructor(program: Command, io: Io) {
    this.#program = program;
    this.io = io;
  }

  get isJson(): boolean {
    return this.#program.opts<{ json?: boolean }>().json === true;
  }

  /** Throws UsageError when MERIDIAN_URL is missing or malformed. */
  get url(): string {
    const url = this.#program.opts<{ url?: string }>().url ?? this.#named('MERIDIAN_URL');
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new UsageError(`MERIDIAN_URL is ${url}: give the address of the page, as https://meet.example.org`);
    return url;
  }

  /** Throws UsageError when the key or its secret is missing. */
  get key(): ApiKey {
    return { apiKey: this.#named('MERIDIAN_API_KEY'), apiSecret: this.#named('MERIDIAN_API_SECRET') };
  }

  /** Client of the api. Throws UsageError when the URL, the key or its secret is missing or malformed. */
  get api(): MeridianClient {
    return createClient({ url: this.url, ...this.key });
  }

  /** Prints rows while they arrive, at most `limit`. */
  async list<Row>(
    rows: AsyncIterable<Row>,
    limit: number,
    names: readonly string[],
    cells: (row: Row) => readonly Cell[],
  ): Promise<void> {
    const read: Row[] = [];
    let hasMore = false;
    for await (const row of rows) {
      hasMore = read.length === limit;
      if (hasMore) break;
      read.push(row);
    }
    this.rows(read, names, cells);
    if (hasMore) this.io.err(`There are more than ${limit}: --limit shows them.`);
  }

  /** Prints a table; `whole` replaces the rows in JSON output when it holds more than they do. */
  rows<Row>(
    rows: readonly Row[],
    names: readonly string[],
    cells: (row: Row) => readonly Cell[],
    whole: unknown = rows,
  ): void {
    this.io.out(this.isJson ? json(whole) : table(names, rows.map(cells)));
  }

  /** Prints a thing: all of it as JSON, or a few facts for people. */
  printOne(thing: object, shown: Readonly<Record<string, Cell>>): void {
    this.io.out(this.isJson ? json(thing) : facts(shown));
  }

  /** Prints the result of a finished command. */
  printDone(thing: object, words: string): void {
    this.io.out(this.isJson ? json(thing) : words);
  }

  #named(name: string): string {
    const value = this.io.env[name] ?? '';
    if (value === '') throw new UsageError(`${name} is not set; \`meridian --help\` explains it`);
    return value;
  }
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
