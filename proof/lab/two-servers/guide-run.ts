// Runs the blocks of a guide on the machines that they name, and remembers their output for later blocks.
import type { Say } from '../../support/case.ts';
import type { Clients } from './clients.ts';
import { type BlockPhase, filledIn, type GuideBlock, type MachineName, wordsFrom } from './guide.ts';
import type { Machine, ServerName } from './machine.ts';
import type { ScriptResult } from './run-script.ts';

/** Time limit of a block. The longest block restarts several media nodes whose calls cannot move. */
const blockLimitMs = 540_000;

/** Reader who replaces words of the guide (`from`, `to`), and runs blocks of some machines on others. */
export interface Reader {
  readonly words: readonly (readonly [string, string])[];
  readonly machines: Readonly<Partial<Record<MachineName, ServerName>>>;
}

export interface GuideRunOptions {
  readonly blocks: readonly GuideBlock[];
  readonly servers: Readonly<Record<ServerName, Machine>>;
  readonly clients: Clients;
  readonly serverEnv: NodeJS.ProcessEnv;
  readonly say: Say;
}

export class GuideRun {
  readonly #o: GuideRunOptions;
  #printed = '';

  constructor(o: GuideRunOptions) {
    this.#o = o;
  }

  /** Returns the words with this beginning that blocks have printed, each once, in order. */
  printed(beginning: string): string[] {
    return [...new Set(wordsFrom(this.#printed, beginning))];
  }

  count(phase: BlockPhase): number {
    return this.#blocksOf(phase).length;
  }

  /**
   * Runs all blocks of a phase in sequence, on all their machines or on one. Resolves with the time they took. Rejects
   * with the output of the first block that fails, or if the phase has no block.
   */
  async run(phase: BlockPhase, o: { only?: MachineName; reader?: Reader } = {}): Promise<number> {
    const { only, reader } = o;
    const blocks = this.#blocksOf(phase);
    if (blocks.length === 0) throw new Error(`the guide has no block with phase=${phase}`);
    const startedMs = performance.now();
    for (const block of blocks)
      for (const machine of block.machines)
        if (only === undefined || machine === only) await this.#runBlock(block, machine, reader);
    return Math.round(performance.now() - startedMs);
  }

  #blocksOf(phase: BlockPhase): GuideBlock[] {
    return this.#o.blocks.filter((block) => block.phases.includes(phase));
  }

  async #runBlock(block: GuideBlock, named: MachineName, reader?: Reader): Promise<void> {
    const startedMs = performance.now();
    const machine = reader?.machines[named] ?? named;
    const ownText = (reader?.words ?? []).reduce((words, [from, to]) => words.replaceAll(from, to), block.text);
    const text = filledIn({ text: ownText, line: block.line }, this.#printed);
    const { isOk, output, printed } = await this.#runOn(
      machine,
      block.kind === 'script' ? text : writeScript(block, text),
    );
    this.#printed += `${printed}\n`;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    this.#o.say(`  line ${block.line} on ${machine}: ${isOk ? 'done' : 'FAILED'} in ${seconds} s`);
    if (!isOk) throw new Error(`the guide's block of line ${block.line} failed on ${machine}\n${text}\n${output}`);
  }

  #runOn(machine: MachineName | ServerName, script: string): Promise<ScriptResult> {
    const { servers, clients, serverEnv } = this.#o;
    if (machine === 'laptop') return clients.run(script, { limitMs: blockLimitMs });
    return servers[machine].run(`cd /root\n${script}`, { limitMs: blockLimitMs, env: serverEnv });
  }
}

/** Returns a script that writes a file as an editor does: its folder must exist, and a present file keeps its mode. */
function writeScript({ path }: GuideBlock, text: string): string {
  return `set +x; cat > '${path}' <<'END-OF-THE-FILE'\n${text}END-OF-THE-FILE\n`;
}
