// What `npm start` still installs while its cloud runs ends with it, whatever ends it, and dpkg in its own time.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { childIds, madeUpCloud } from '../support/made-up-cloud.ts';

const limit = { timeout: 60_000 };
const SET_UP = fileURLToPath(new URL('../support/set-up.ts', import.meta.url));

/** Waits in the download or in dpkg's part, as the file `hold` says, until there is a file `go`. */
const aptGet = `#!/bin/sh
case "$*" in *update*) exit;; *--download-only*) phase=download;; *) phase=dpkg;; esac
echo "$phase begins, policy: $(ls $FOLDER | grep -c policy)" >>$FOLDER/said
[ "$phase" != "$(cat $FOLDER/hold)" ] || until [ -e $FOLDER/go ]; do sleep 0.05; done
if [ -e $FOLDER/fails ]; then echo no space >&2; exit 1; fi
[ $phase != dpkg ] || touch $FOLDER/installed
echo "$phase ends" >>$FOLDER/said
`;

/** A cloud that runs while ffmpeg is being installed, up to this part of it. */
async function installing(hold: 'download' | 'dpkg') {
  const cloud = madeUpCloud({ 'bin/apt-get': aptGet, 'bin/dpkg': '#!/bin/sh\n', hold, said: '' });
  const { root } = cloud;
  for (const name of ['apt-get', 'dpkg']) chmodSync(join(root, 'bin', name), 0o755);
  const go = (): void => writeFileSync(join(root, 'go'), '');
  onTestFinished(go);
  const run = cloud.start(SET_UP, root);
  const said = (): string => readFileSync(join(root, 'said'), 'utf8');
  await expect.poll(run.text, limit).toContain('\nready ');
  await expect.poll(said, limit).toContain(`${hold} begins`);
  await expect.poll(() => cloud.running().length, limit).toBe(childIds.length);
  const left = (): string[] => commandLines().filter((line) => line.includes(root));
  return { ...cloud, ...run, go, said, left, hasPolicy: () => existsSync(join(root, 'policy')) };
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['ENOENT', 'ESRCH'].includes(code)) throw error;
        return ''; // it has ended meanwhile
      }
    });
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;

it.each(signals)('%s while dpkg is at work ends the cloud, and waits for dpkg', async (signal) => {
  const { supervisor, ended, text, running, go, said, left, hasPolicy } = await installing('dpkg');
  expect([said(), hasPolicy()]).toEqual([
    expect.stringMatching(/^download begins, policy: 0\ndownload ends\ndpkg begins, policy: 1\n$/),
    true,
  ]);
  expect(text()).toContain('ffmpeg is still being installed');
  supervisor.kill(signal);
  await expect.poll(running, limit).toEqual([]);
  if (signal === 'SIGKILL') expect(await ended).toBe('SIGKILL');
  else await expect.poll(text, limit).toContain('dpkg is waited for');
  supervisor.kill('SIGTERM');
  expect(said()).not.toContain('dpkg ends');
  go();
  if (signal !== 'SIGKILL') expect(await ended).toBe(0);
  await expect.poll(left, limit).toEqual([]);
  expect([said(), hasPolicy()]).toEqual([expect.stringContaining('dpkg ends'), false]);
});

it.each(signals)('%s while packages are downloaded ends all at once', async (signal) => {
  const { supervisor, ended, said, left, hasPolicy } = await installing('download');
  supervisor.kill(signal);
  expect(await ended).toBe(signal === 'SIGKILL' ? signal : 0);
  await expect.poll(left, limit).toEqual([]);
  expect([said(), hasPolicy()]).toEqual(['download begins, policy: 0\n', false]);
});

it.each([
  ['is well is said', undefined, /^Installing 1 system packages \(ffmpeg\): done in .*\n/m],
  [
    'fails is said with its remedy',
    'fails',
    /\(PACKAGES_FAILED\)\n.*no space\nWhat to do: .*\n {2}the cloud runs without ffmpeg\n/,
  ],
])('an installation that %s while the cloud goes on', async (_what, file, want) => {
  const { root, supervisor, ended, text, running, go } = await installing('dpkg');
  if (file !== undefined) writeFileSync(join(root, file), '');
  go();
  await expect.poll(text, limit).toMatch(want);
  expect(running()).toHaveLength(childIds.length);
  supervisor.kill('SIGTERM');
  expect(await ended).toBe(0);
});
