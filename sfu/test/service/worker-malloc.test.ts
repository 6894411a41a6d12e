// The media worker starts itself once more, in the same process, to give glibc's allocator its settings.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { createWorker, workerBin } from 'mediasoup';
import { expect, test } from 'vitest';

const settings = 'GLIBC_TUNABLES';
/** Linux cuts the name of a process. */
const nameMax = 15;

/** Returns the environment of a worker that was started with one, and the name of its process. */
async function started(env: Record<string, string>): Promise<{ name: string; environ: string }> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  const making = createWorker({ logLevel: 'error' });
  for (const name of Object.keys(env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const worker = await making;
  try {
    // glibc ends each setting with a zero where a colon was.
    const environ = readFileSync(`/proc/${worker.pid}/environ`, 'utf8').replaceAll('\0', ':');
    return { name: readFileSync(`/proc/${worker.pid}/comm`, 'utf8').trim(), environ };
  } finally {
    worker.close();
  }
}

test('the worker has its settings, and the name of its program', async () => {
  const { name, environ } = await started({});
  expect(name).toBe(basename(process.env['MEDIASOUP_WORKER_BIN'] ?? workerBin).slice(0, nameMax));
  expect(environ).toContain(`${settings}=glibc.malloc.tcache_count=2000:glibc.malloc.hugetlb=1:`);
});

test('the settings of an operator stay', async () => {
  const { environ } = await started({ [settings]: 'glibc.malloc.check=0' });
  expect(environ).toContain(`${settings}=glibc.malloc.check=0:`);
  expect(environ).not.toContain('tcache_count');
});

test('the switch turns it off', async () => {
  const { environ } = await started({ MERIDIAN_WORKER_OFF: 'malloc' });
  expect(environ).not.toContain(settings);
});
