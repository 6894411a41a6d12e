// An installed host's services can read their own logs; the page's server, whose log is never read, cannot.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../systemd');
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));
const rights = ['SupplementaryGroups=systemd-journal', 'Environment=MERIDIAN_LOG_JOURNAL=%n'];

it.each(units)('%s', (unit) => {
  const lines = readFileSync(join(folder, unit), 'utf8').split('\n');
  const expected = ['meridian-web.service', 'meridian-receiver.service'].includes(unit) ? [] : rights;
  expect(lines.filter((line) => rights.includes(line))).toEqual(expected);
});
