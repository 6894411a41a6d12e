// Runs attack.c in ffmpeg's place, and lists the attempts that succeed.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The jail of the set-up; without it tests of the sandbox would prove nothing. */
export function jailBin(): string {
  const jail = process.env['MERIDIAN_JAIL_BIN'] ?? 'none';
  if (!existsSync(jail)) throw new Error(`there is no jail (${jail}): install gcc, on a Linux with Landlock`);
  return jail;
}

/** Returns a folder that every user may use, with the jail and the compiled attack. */
export function attackPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'meridian-attack-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  chmodSync(place, 0o755);
  copyFileSync(jailBin(), join(place, 'jail'));
  const flags = ['-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-o', join(place, 'attack')];
  execFileSync('gcc', [...flags, join(import.meta.dirname, 'attack.c'), '-lpthread']);
  return place;
}

/** Command line that runs a program as an ordinary user. Needs root. */
export const asUser = (uid: number): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
  '--',
];

/** Returns the names of the attempts that succeed behind this command line; `decode` is one that must. */
export async function successes(place: string, command: readonly string[], uid = process.getuid?.() ?? 0) {
  const folder = mkdtempSync(join(place, 'target-'));
  // Open modes: no permission of a file stands in for the sandbox.
  chmodSync(folder, 0o777);
  for (const name of ['secret', 'input']) writeFileSync(join(folder, name), `${name}\n`);
  for (const name of ['secret', 'input']) chownAndOpen(join(folder, name), uid);
  const tcp = await listening(createServer(), 0);
  const unix = await listening(createServer(), join(folder, 'socket'));
  chmodSync(join(folder, 'socket'), 0o777);
  const victim = spawn('sleep', ['600'], process.getuid?.() === uid ? {} : { uid, gid: uid });
  const { port } = tcp.address() as AddressInfo;
  const [file = '', ...words] = [...command, join(place, 'attack'), folder, String(victim.pid), String(port), '9'];
  try {
    const input = openSync(join(folder, 'input'), 'r+');
    const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe', input], cwd: '/' });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, names: said.split('\n').filter((line) => line !== '') };
  } finally {
    victim.kill('SIGKILL');
    tcp.close();
    unix.close();
  }
}

function chownAndOpen(file: string, uid: number): void {
  if (process.getuid?.() === 0) chownSync(file, uid, uid);
  chmodSync(file, 0o666);
}

const listening = (server: Server, at: number | string): Promise<Server> =>
  new Promise((resolve) => {
    if (typeof at === 'string') server.listen(at, () => resolve(server));
    else server.listen(at, '127.0.0.1', () => resolve(server));
  });
