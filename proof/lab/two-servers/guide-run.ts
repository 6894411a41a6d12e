// Runs the blocks of a guide on the machines that they name, and keeps what they print.
import type { Say } from '../../support/case.ts';
import type { Clients } from './clients.ts';
import { type BlockPhase, filledIn, type GuideBlock, type MachineName, wordsFrom } from './guide.ts';
import type { Machine, ServerName } from './machine.ts';
import type { Ran } from './run-script.ts';

/** The longest is a restart of several media nodes that nothing moves away from; a block that takes longer hangs. */
const blockLimitMs = 540_000;

/** A reader with other names: which words become which, and on which machine a block of another one runs. */
export interface Reader {
  readonly words: readonly (readonly [string, string])[];
  readonly machines: Readonly<Partial<Record<MachineName, ServerName>>>;
}

export interface GuideRunOptions {
  readonly blocks: readonly GuideBlock[];
  readonly servers: Readonly<Record<ServerName, Machine>>;
  readonly clients: Clients;
  /** Of a server, of what it trusts. */
  readonly serverEnv: NodeJS.ProcessEnv;
  readonly say: Say;
}

export class GuideRun {
  readonly #o: GuideRunOptions;
  #printed = '';

  constructor(o: GuideRunOptions) {
    this.#o = o;
  }

  /** Words that the blocks have printed which begin so, each once, in their order. */
  printed(beginning: string): string[] {
    return [...new Set(wordsFrom(this.#printed, beginning))];
  }

  /** How many blocks the guide has for it. */
  count(phase: BlockPhase): number {
    return this.#of(phase).length;
  }

  /**
   * Runs all blocks of a phase, one after another, on all their machines or on one; resolves with the time they took.
   * @throws Error with the output of the first block that fails; when the guide has none for it
   */
  async run(phase: BlockPhase, o: { only?: MachineName; reader?: Reader } = {}): Promise<number> {
    const { only, reader } = o;
    const blocks = this.#of(phase);
    if (blocks.length === 0) throw new Error(`the guide has no block with phase=${phase}`);
    const startedMs = performance.now();
    for (const block of blocks)
      for (const machine of block.machines)
        if (only === undefined || machine === only) await this.#runBlock(block, machine, reader);
    return Math.round(performance.now() - startedMs);
  }

  #of(phase: BlockPhase): GuideBlock[] {
    return this.#o.blocks.filter((block) => block.phases.includes(phase));
  }

  async #runBlock(block: GuideBlock, named: MachineName, reader?: Reader): Promise<void> {
    const startedMs = performance.now();
    const machine = reader?.machines[named] ?? named;
    const own = (reader?.words ?? []).reduce((words, [from, to]) => words.replaceAll(from, to), block.text);
    const text = filledIn({ text: own, line: block.line }, this.#printed);
    const { isOk, output, printed } = await this.#runOn(machine, block.kind === 'script' ? text : writing(block, text));
    this.#printed += `${printed}\n`;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    this.#o.say(`  line ${block.line} on ${machine}: ${isOk ? 'done' : 'FAILED'} in ${seconds} s`);
    if (!isOk) throw new Error(`the guide's block of line ${block.line} failed on ${machine}\n${text}\n${output}`);
  }

  #runOn(machine: MachineName | ServerName, script: string): Promise<Ran> {
    const { servers, clients, serverEnv } = this.#o;
    if (machine === 'laptop') return clients.run(script, { limitMs: blockLimitMs });
    return servers[machine].run(`cd /root\n${script}`, { limitMs: blockLimitMs, env: serverEnv });
  }
}

/** As an editor does: the folder has to be there, a file that was there keeps its mode. */
function writing({ path }: GuideBlock, text: string): string {
  return `set +x; cat > '${path}' <<'END-OF-THE-FILE'\n${text}END-OF-THE-FILE\n`;
}
