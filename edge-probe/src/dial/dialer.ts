// Runs the tester of a probe as a separate process, so that its media does not disturb the measurements.
import { fileURLToPath } from 'node:url';
import type { wire } from '@meridian/protocol';
import { type Logger, readSecretFile } from '@meridian/runtime';
import { Child } from '@meridian/runtime/child';
import type { DialConfig, ProbeConfig } from '../config.ts';
import { type Targets, targetsOf } from './core/targets.ts';
import type { TesterMessage, TesterSettings } from './core/tester-messages.ts';

/** Limit on the end of a tester, which takes at most two seconds. */
const STOP_LIMIT_MS = 3000;
/** Limit on a tester's heap, of which it normally uses a third. Beyond it the process dies, and a new one starts. */
const HEAP_MB_MAX = 128;
/** Environment variables that are passed on: path of ffmpeg, trusted authorities, compile cache. */
const passedVariables = ['PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];

export interface DialerOptions {
  readonly config: ProbeConfig;
  readonly dial: DialConfig;
  readonly log: Logger;
}

export class Dialer {
  readonly #child: Child;
  readonly #settings: TesterSettings;
  readonly #log: Logger;
  #targets: Targets = { signaling: [], gateways: [] };
  #isStarted = false;

  /** Throws ConfigError when the secret's file is empty. */
  constructor({ config, dial, log }: DialerOptions) {
    const { id: probe, hostId, region, logLevel, stateDir } = config;
    const { apiUrl, key, everyS, secretFile } = dial;
    const secret = secretFile === undefined ? (dial.secret ?? '') : readSecretFile('dial.secretFile', secretFile);
    this.#settings = { probe, hostId, region, logLevel, stateDir, apiUrl, key, secret, everyS };
    this.#log = log;
    this.#child = new Child('dial tester', {
      stopLimitMs: STOP_LIMIT_MS,
      command: () =>
        Promise.resolve({
          file: process.execPath,
          args: [...process.execArgv, `--max-old-space-size=${HEAP_MB_MAX}`, testerFile],
          env: passedEnvironment(),
        }),
      onLine: (line, stream) => void process[stream].write(`${line}\n`),
      onEvent: (text, level) => log[level](`dial tester: ${text}`),
      onPid: (pid) => this.#onPid(pid),
      onDeath: () => undefined,
    });
  }

  /** Applies the targets of a plan; the first plan starts the tester. */
  applyPlan(plan: Pick<wire.Plan, 'nodes' | 'deniedIds'>): void {
    const targets = targetsOf(plan);
    const isSame = JSON.stringify(targets) === JSON.stringify(this.#targets);
    this.#targets = targets;
    if (this.#isStarted) {
      if (!isSame) this.#send({ kind: 'targets', targets });
      return;
    }
    this.#isStarted = true;
    this.#child.start().catch((error: unknown) => this.#log.error({ err: error }, 'the dial tester did not start'));
  }

  /** Resolves when the tester has left its room and ended. Idempotent. */
  close(): Promise<void> {
    return this.#child.stop();
  }

  /** Sends settings and targets to a new process. */
  #onPid(pid: number | undefined): void {
    if (pid !== undefined) this.#send({ kind: 'settings', settings: this.#settings, targets: this.#targets });
  }

  #send(message: TesterMessage): void {
    this.#child.send(message);
  }
}

const testerFile = fileURLToPath(new URL('./main.ts', import.meta.url));

const passedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    passedVariables.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
