import { X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { registerResource } from '../../test/support/resources.ts';
import type { ServerName } from './machine.ts';
import type { Stage } from './stage.ts';

export async function units(stage: Stage, name: ServerName): Promise<string[]> {
  const list = "systemctl list-units --plain --no-legend --state=active 'meridian-*.service' | cut -d' ' -f1";
  return (await stage.runOrThrow(name, list)).split('\n').filter(Boolean);
}

/** Gives the server a new disk with only /root of the old one, which stands for the operator's copy. */
export async function replaceDisk(stage: Stage, name: ServerName): Promise<void> {
  const server = stage.servers[name];
  const keptFolder = mkdtempSync('/var/tmp/meridian-kept-');
  const disown = registerResource('the kept files', () => rmSync(keptFolder, { recursive: true, force: true }));
  try {
    cpSync(join(server.root, 'root'), keptFolder, { recursive: true });
    await stage.install(name);
    cpSync(keptFolder, join(server.root, 'root'), { recursive: true });
  } finally {
    rmSync(keptFolder, { recursive: true, force: true });
    disown();
  }
}

/**
 * Powers the server off. At the next boot, the clock of its services is `days` days ahead. Each service loads
 * libfaketime for that, since containers share the clock of the real machine.
 */
export async function moveClock(stage: Stage, name: ServerName, days: number): Promise<void> {
  stage.say(`  ${name}: off; its services will start with a clock ${days} days ahead (libfaketime)`);
  await stage.runOrThrow(name, 'apt-get update -q && apt-get install -y -q faketime');
  const files = await stage.runOrThrow(
    name,
    "systemctl list-unit-files --no-legend 'meridian-*.service' | cut -d' ' -f1",
  );
  const library = await stage.runOrThrow(name, 'find /usr/lib -name libfaketime.so.1');
  const environment = `LD_PRELOAD=${library.trim()} FAKETIME=+${days}d FAKETIME_DONT_FAKE_MONOTONIC=1`;
  await stage.servers[name].powerOff();
  for (const unit of files.split('\n').filter(Boolean))
    stage.servers[name].write(
      `/etc/systemd/system/${unit}.d/lab-clock.conf`,
      `[Service]\nEnvironment=${environment}\n`,
    );
}

/** Returns the time from which the certificate of the server's first media node is valid. */
export function certifiedSinceMs(stage: Stage, name: ServerName): number {
  const file = join(stage.servers[name].root, 'var/lib/meridian/sfu-1/credentials.json');
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(certOf(file))?.[0] ?? '';
  return Date.parse(new X509Certificate(pem).validFrom);
}

const certOf = (file: string): string => (JSON.parse(readFileSync(file, 'utf8')) as { certPem: string }).certPem;
