// Attacks from inside ffmpeg's sandbox: as root and as an ordinary user, under the calls that systemd and containers
// allow, and by the real ffmpeg with all its protocols.
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NO_SANDBOX_EXIT } from '../../src/adapters/ffmpeg/sandbox.ts';
import { asUser, attackPlace, successes } from '../support/attack.ts';

const USER = 12_345;
const MEMORY = ['--memory', String(2 * 1024 ** 3)];
const kinds = ['connect by TCP', 'send by UDP', 'connect to a Unix socket', 'read a file', 'write a file', 'fork'];

describe.each([
  ['root', [], 0, []],
  ['an ordinary user', asUser(USER), USER, []],
  // Without the capability to change users it stays root, with nothing to use that for.
  ['root without capabilities', ['setpriv', '--bounding-set=-all', '--no-new-privs', '--'], 0, ['be root']],
  ['a user without new privileges', ['setpriv', '--no-new-privs', '--', ...asUser(USER)], USER, []],
] as const)('of %s', (_who, prefix, uid, remaining) => {
  it('the attack succeeds without the sandbox, and only decodes in it', async () => {
    const place = attackPlace();
    const free = await successes(place, prefix, uid);
    expect(free.names).toEqual(expect.arrayContaining(['decode', ...kinds]));
    expect(await successes(place, [...prefix, join(place, 'jail'), ...MEMORY], uid)).toEqual({
      code: 0,
      names: ['decode', ...remaining],
    });
  });
});

it('ffmpeg with all its protocols opens its own input alone', async () => {
  const place = attackPlace();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const picture = join(place, 'secret.ppm');
  writeFileSync(picture, 'P6 2 2 255\nabcdefghijkl');
  writeFileSync(join(place, 'list'), `ffconcat version 1.0\nfile ${picture}\n`);
  for (const name of ['secret.ppm', 'list']) chmodSync(join(place, name), 0o644);
  const run = (prefix: readonly string[], ...args: string[]): Promise<{ isOk: boolean; bytes: number }> => {
    const common = ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,http,tcp,udp,unix,concat,data,pipe'];
    const output = ['-frames:v', '1', '-f', 'rawvideo', 'pipe:1'];
    const [file = '', ...words] = [...prefix, 'ffmpeg', ...common, ...args, ...output];
    return new Promise((resolve) =>
      execFile(file, words, { encoding: 'buffer', timeout: 60_000 }, (error, stdout) =>
        resolve({ isOk: error === null, bytes: stdout.length }),
      ),
    );
  };
  const runAll = (prefix: readonly string[]) => Promise.all(inputs.map((input) => run(prefix, ...input)));
  const inputs: readonly string[][] = [
    ['-i', `file:${picture}`],
    ['-i', `concat:${picture}|${picture}`],
    ['-f', 'concat', '-safe', '0', '-i', join(place, 'list')],
    ['-f', 'lavfi', '-i', `movie=${picture}`],
  ];
  const jail = [join(place, 'jail'), ...MEMORY];
  expect((await runAll([])).map(({ isOk }) => isOk)).toEqual(inputs.map(() => true));
  for (const prefix of [jail, [...asUser(USER), ...jail]])
    expect(await runAll(prefix)).toEqual(inputs.map(() => ({ isOk: false, bytes: 0 })));
  await run([], '-i', `http://127.0.0.1:${port}/`);
  const withoutJail = connections;
  for (const url of [`http://127.0.0.1:${port}/`, `tcp://127.0.0.1:${port}`]) await run(jail, '-i', url);
  expect([withoutJail, connections]).toEqual([1, 1]);
  expect(await run(jail, '-f', 'lavfi', '-i', 'testsrc=size=16x16')).toEqual({ isOk: true, bytes: 16 * 16 * 3 });
});

it('where a part of the jail is forbidden, the program does not run and the part is named', () => {
  const place = attackPlace();
  // A process with another seccomp filter that refuses Landlock, as old container engines have it.
  const filter = join(place, 'without-landlock');
  writeFileSync(`${filter}.c`, withoutLandlock);
  expect(spawnSync('gcc', ['-D_GNU_SOURCE', '-o', filter, `${filter}.c`]).status).toBe(0);
  const { status, stdout, stderr } = spawnSync(filter, [join(place, 'jail'), 'echo', 'it runs'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([NO_SANDBOX_EXIT, '']);
  expect(stderr).toMatch(/^no sandbox: Landlock: Operation not permitted; needs Linux 5\.13/);
  expect(spawnSync(join(place, 'jail'), ['no-such-program']).status).toBe(127);
});

const withoutLandlock = `
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
  struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog program = {4, filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
  return count > 1 ? execv(words[1], words + 1) : 1;
}
`;
