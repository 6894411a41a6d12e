import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { treeRoot } from '../../setup/paths.mjs';
import { temporaryTree, writeTree } from '../support/tree.ts';

/** Stand-ins that record their runs. The last is ninja, which stays at its first step while a file `wait` exists. */
const tools = {
  configure: '#!/bin/sh\necho configure >>"$RUNS"\n',
  make: '#!/bin/sh\necho "make $*" >>"$RUNS"\ntouch libsrtp2.a\n',
  meson: '#!/bin/sh\necho "$*" | grep -q "^setup" || exit 0\necho meson >>"$RUNS"\nmkdir build\n',
  ninja: `#!/bin/sh
case "$*" in *"-t commands"*) printf 'one\\ntwo\\nthree\\n'; exit ;; esac
echo ninja >>"$RUNS"
while [ -e "$WAIT" ]; do echo '[0/3] at work'; sleep 0.02; done
echo '[3/3] Linking target meridian-worker'
echo program >build/meridian-worker
`,
};

/** Minimal sources of a mediasoup package, what our patch makes of them, and sources of libsrtp. */
const sources = {
  'package/worker/meson.build': "project('x')\n",
  'package/worker/src/RTC/DtlsTransport.cpp': 'stock\n',
  'patched/meson.build': "project('x')\n",
  'patched/src/RTC/DtlsTransport.cpp': 'ours\n',
  'patches/10-ours.patch': 'Why: a test.\n',
  'package/worker/subprojects/any.wrap': '',
  'libsrtp/include/srtp.h': '',
  'libsrtp/crypto/include/cipher.h': '',
};

/** Makes a work folder in which the recipe can run repeatedly. */
function workshop() {
  const root = temporaryTree(sources);
  const at = (path: string) => join(root, path);
  writeTree(root, { 'bin/make': tools.make, 'bin/meson': tools.meson, 'bin/ninja': tools.ninja });
  writeTree(root, { 'libsrtp/configure': tools.configure, runs: '', wait: '' });
  for (const file of ['bin/make', 'bin/meson', 'bin/ninja', 'libsrtp/configure']) chmodSync(at(file), 0o755);
  mkdirSync(at('work'));
  const recipe = join(treeRoot, 'infra/mediasoup-worker');
  const env = { ...process.env, MERIDIAN_WORKER_PATCHES: at('patches') };
  spawnSync(join(recipe, 'patches.sh'), ['write', '10-ours', at('package/worker'), at('patched')], { env });
  const run = () => {
    const script = join(recipe, 'build.sh');
    const child = spawn('bash', [script, at('package'), at('result/worker'), at('work'), '2', at('libsrtp')], {
      env: { ...env, PATH: `${at('bin')}:${process.env['PATH']}`, RUNS: at('runs'), WAIT: at('wait') },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    return { child, lines: createInterface({ input: child.stdout }) };
  };
  const toEnd = async () => {
    rmSync(at('wait'), { force: true });
    const { child, lines } = run();
    const said: string[] = [];
    lines.on('line', (line) => said.push(line));
    const [code] = await once(child, 'close');
    return { code, said };
  };
  return { at, run, toEnd, runs: () => readFileSync(at('runs'), 'utf8').split('\n').filter(Boolean) };
}

describe('the recipe of the worker', () => {
  const interrupts = [
    { name: 'a Ctrl-C', interrupt: (pid: number) => process.kill(-pid, 'SIGINT') },
    { name: 'the death of all its processes', interrupt: (pid: number) => process.kill(-pid, 'SIGKILL') },
    { name: 'its own death alone', interrupt: (pid: number) => process.kill(pid, 'SIGKILL') },
  ];
  it.each(interrupts)('continues after $name without preparing anything again', async ({ interrupt }) => {
    const { at, run, toEnd, runs } = workshop();
    const { child, lines } = run();
    await once(lines, 'line');
    for await (const line of lines) if (line.startsWith('[')) break;
    const timesOf = () =>
      ['work/worker/meson.build', 'work/worker/src/RTC/DtlsTransport.cpp'].map((file) => statSync(at(file)).mtimeMs);
    const before = timesOf();
    interrupt(child.pid ?? 0);
    child.stdout.destroy();
    await once(child, 'exit');
    expect((await toEnd()).code).toBe(0);
    // ninja recompiles files newer than their objects, and everything after a new configuration.
    expect(timesOf()).toEqual(before);
    expect(runs()).toEqual(['configure', 'make clean', 'make -j 2 libsrtp2.a', 'meson', 'ninja', 'ninja']);
    expect(existsSync(at('result/worker'))).toBe(true);
  });

  it('redoes incomplete steps of an interrupted run', async () => {
    const { at, toEnd, runs } = workshop();
    for (const half of ['libsrtp.new/lib', 'worker.new/src']) mkdirSync(at(`work/${half}`), { recursive: true });
    expect((await toEnd()).code).toBe(0);
    rmSync(at('work/worker/build/configured'));
    writeFileSync(at('work/worker/build/half'), '');
    expect((await toEnd()).code).toBe(0);
    expect(existsSync(at('work/worker/build/half'))).toBe(false);
    expect(runs()).toEqual(['configure', 'make clean', 'make -j 2 libsrtp2.a', 'meson', 'ninja', 'meson', 'ninja']);
  });

  it('compiles mediasoup’s sources with our patches, and our own sources', async () => {
    const { at, toEnd } = workshop();
    expect((await toEnd()).code).toBe(0);
    expect(readFileSync(at('work/worker/src/RTC/DtlsTransport.cpp'), 'utf8')).toBe('ours\n');
    expect(existsSync(at('work/worker/src/Meridian/Switches.cpp'))).toBe(true);
    expect(readFileSync(at('package/worker/src/RTC/DtlsTransport.cpp'), 'utf8')).toBe('stock\n');
  });

  it('prints the number of steps of the whole build', async () => {
    expect((await workshop().toEnd()).said).toContain('steps 3');
  });

  it('fails when mediasoup lacks the code that it patches', async () => {
    const { at, toEnd } = workshop();
    writeFileSync(at('package/worker/src/RTC/DtlsTransport.cpp'), 'mended by mediasoup\n');
    expect((await toEnd()).code).not.toBe(0);
    expect(existsSync(at('result/worker'))).toBe(false);
  });
});
