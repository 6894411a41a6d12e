// Images and containers of the case `container`, in a folder of their own. Buildah builds them; podman runs them in the
// network of one namespace.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { type BuiltImage, buildImage, storageIn } from '../../support/container-image.ts';
import { registerResource } from '../../test/support/resources.ts';
import type { RunArguments } from './compose.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;
const image = 'localhost/meridian:lab';
/** Limits that a machine without privileges grants as well; by default engines request more. */
const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];

export class Engine {
  readonly folder: string;
  readonly #namespace: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #names: string[] = [];

  constructor(namespace: string) {
    this.#namespace = namespace;
    // The folder is not in /tmp, which is often a small tmpfs.
    this.folder = mkdtempSync('/var/tmp/meridian-container-');
    this.#env = storageIn(this.folder);
    registerResource('images and containers', () => this.#close());
  }

  async build(release: string | undefined): Promise<BuiltImage> {
    const built = await buildImage({ folder: this.folder, release, tag: image });
    rmSync(built.archive);
    return built;
  }

  /** Runs a service to its end; resolves with its output. Throws when it fails. */
  async runOnce({ options, command }: RunArguments, words: readonly string[]): Promise<string> {
    const all = ['run', '--rm', '--network', 'host', ...limits, ...options, image, ...command, ...words];
    const { stdout, stderr } = await run('nsenter', this.#podman(all), { env: this.#env, maxBuffer: BUFFER_BYTES });
    return stdout + stderr;
  }

  async start(name: string, { options, command }: RunArguments, more: readonly string[] = []): Promise<void> {
    this.#names.push(name);
    const all = ['run', '--detach', '--name', name, '--network', 'host', ...limits, ...options, ...more, image];
    // Stdout is ignored, since the container's monitor would keep a pipe open.
    const child = spawn('nsenter', this.#podman([...all, ...command]), { env: this.#env, stdio: ['ignore', 2, 2] });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`podman run of ${name} ended with ${code}`);
  }

  async podman(...words: string[]): Promise<{ code: number; output: string }> {
    try {
      const { stdout, stderr } = await run('nsenter', this.#podman(words), { env: this.#env, maxBuffer: BUFFER_BYTES });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  }

  /** Returns the arguments of `nsenter` for podman. It replaces `ip netns exec`, which hides the cgroups. */
  #podman(words: readonly string[]): string[] {
    return [`--net=/run/netns/${this.#namespace}`, 'podman', '--log-level', 'fatal', '--runtime', 'runc', ...words];
  }

  async #close(): Promise<void> {
    for (const name of this.#names) await this.podman('rm', '--force', '--time', '0', name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
