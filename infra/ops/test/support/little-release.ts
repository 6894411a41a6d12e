// An unpacked release with little more than install.sh and `useVersion` read.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const installer = join(import.meta.dirname, '../../release/files/install.sh');

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-ops-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `files` add or replace files of the release. Returns its path. */
export function littleRelease(folder: string, version: string, files: Readonly<Record<string, string>> = {}): string {
  const release = join(folder, `meridian-${version}`);
  const all: Record<string, string> = {
    VERSION: `${version}\n`,
    'MANIFEST.json': `${JSON.stringify({ version, platform: `linux-${arch()}`, system: [] }, undefined, 2)}\n`,
    'bin/meridian': `#!/bin/sh\necho ${version}\n`,
    'systemd/meridian.target': `[Unit]\nDescription=Meridian ${version}\n`,
    'systemd/meridian-.service.d/10-shared.conf': '[Service]\nRestart=always\n',
    'systemd/sysusers.d/meridian.conf': 'g meridian -\nu meridian-sfu - "Meridian media nodes" /var/lib/meridian\n',
  };
  for (const [file, text] of Object.entries(files)) all[file] = text;
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(release, file)), { recursive: true });
    writeFileSync(join(release, file), text);
    chmodSync(join(release, file), file.startsWith('bin/') ? 0o755 : 0o644);
  }
  copyFileSync(installer, join(release, 'install.sh'));
  const lines = Object.entries(all).map(
    ([file, text]) => `${createHash('sha256').update(text).digest('hex')}  ${file}\n`,
  );
  writeFileSync(join(release, 'SHA256SUMS'), lines.join(''));
  return release;
}
