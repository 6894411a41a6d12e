import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { wire } from '@meridian/protocol';
import type { Credentials } from '@meridian/runtime';
import { type CentreAddress, childEnv } from './centre.ts';
import { enrolNode, type FakeNode, frankfurt, type NodeOptions } from './fake-node.ts';
import type { NodeCommand } from './node-process.ts';

/** A media node in a separate process. After a kill it restarts with the sessions of the old incarnation. */
export class KillableNode {
  readonly id: string;
  readonly #centre: CentreAddress;
  readonly #options: NodeOptions;
  readonly #credentials: Credentials;
  #child: ChildProcess | undefined;
  #rooms: wire.RoomHeld.$Properties[] = [];
  #starts = 0;

  static async start(centre: CentreAddress, options: NodeOptions): Promise<KillableNode> {
    const identity = { id: options.id, kind: 'sfu', region: options.region ?? frankfurt.region };
    const node = new KillableNode(centre, options, await enrolNode(centre, identity));
    node.spawn();
    return node;
  }

  private constructor(centre: CentreAddress, options: NodeOptions, credentials: Credentials) {
    this.id = options.id;
    this.#centre = centre;
    this.#options = options;
    this.#credentials = credentials;
  }

  spawn(): void {
    this.#starts += 1;
    const file = fileURLToPath(new URL('./node-process.ts', import.meta.url));
    this.#child = fork(file, { env: childEnv, execArgv: [] });
    const options = { ...this.#options, rooms: this.#rooms, incarnation: `inc-${this.#starts}` };
    this.#send({ what: 'start', options, credentials: this.#credentials, centre: this.#centre });
  }

  attach(attach: Parameters<FakeNode['attach']>[0]): Promise<void> {
    return new Promise((resolve) => {
      const onMessage = (message: unknown): void => {
        const { attached, rooms } = message as { attached: string; rooms: wire.RoomHeld.$Properties[] };
        if (attached !== attach.sessionId) return;
        this.#child?.off('message', onMessage);
        this.#rooms = rooms;
        resolve();
      };
      this.#child?.on('message', onMessage);
      this.#send({ what: 'attach', attach });
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #send(command: NodeCommand): void {
    this.#child?.send(command);
  }
}
