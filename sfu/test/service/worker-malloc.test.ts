// The media worker starts itself once more, in the same process, to give glibc's allocator its settings.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { createWorker, workerBin } from 'mediasoup';
import { expect, test } from 'vitest';

const settings = 'GLIBC_TUNABLES';
/** Linux cuts the name of a process. */
const nameMax = 15;

/** Returns the settings of a worker that has started with an environment, and the name of its process. */
async function started(env: Record<string, string>): Promise<{ name: string; value: string | undefined }> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  const making = createWorker({ logLevel: 'error' });
  for (const name of Object.keys(env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const worker = await making;
  try {
    const lines = readFileSync(`/proc/${worker.pid}/environ`, 'utf8').split('\0');
    const value = lines.find((line) => line.startsWith(`${settings}=`))?.slice(settings.length + 1);
    return { name: readFileSync(`/proc/${worker.pid}/comm`, 'utf8').trim(), value };
  } finally {
    worker.close();
  }
}

test('the worker has its settings, and the name of its program', async () => {
  const name = basename(process.env['MEDIASOUP_WORKER_BIN'] ?? workerBin).slice(0, nameMax);
  expect(await started({})).toEqual({ name, value: 'glibc.malloc.tcache_count=2000:glibc.malloc.hugetlb=1' });
});

test('the settings of an operator stay', async () => {
  const value = 'glibc.malloc.check=0';
  expect(await started({ [settings]: value })).toMatchObject({ value });
});

test('the switch turns it off', async () => {
  expect(await started({ MERIDIAN_WORKER_OFF: 'malloc' })).toMatchObject({ value: undefined });
});
