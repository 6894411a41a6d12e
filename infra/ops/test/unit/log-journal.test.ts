// Services of an installed host can read their own logs, except the page's server and receivers: no operator reads
// theirs through the cloud.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../systemd');
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));
const rights = ['SupplementaryGroups=systemd-journal', 'Environment=MERIDIAN_LOG_JOURNAL=%n'];

it.each(units)('the unit %s lets its service read its own log, unless it serves the page or receives files', (unit) => {
  const lines = readFileSync(join(folder, unit), 'utf8').split('\n');
  const expected = ['meridian-web.service', 'meridian-receiver.service'].includes(unit) ? [] : rights;
  expect(lines.filter((line) => rights.includes(line))).toEqual(expected);
});
