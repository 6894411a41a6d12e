// The set-up refuses a case that it does not know before it installs anything, so its list must name every case.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { commands } from '../../../infra/setup/commands.mjs';

const tree = join(import.meta.dirname, '../../..');

test.each(['lab', 'bench'])('the set-up knows all cases of npm run %s', (name) => {
  const command = commands.get(name);
  const help = execFileSync(process.execPath, [join(tree, command?.entry ?? ''), '--help'], { encoding: 'utf8' });
  const [, listed = ''] = help.split('Commands:\n');
  const cases = [...listed.matchAll(/^ {2}([a-z0-9-]+)/gm)].map(([, found]) => found).filter((one) => one !== 'help');
  expect(cases.length).toBeGreaterThan(5);
  expect(command?.cases?.toSorted()).toEqual(cases.toSorted());
});
