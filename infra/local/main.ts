// Supervisor of `npm start`: runs the cloud on this machine as child processes, which end with it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cloud } from './cloud.ts';
import { optionLines, readOptions } from './options.ts';
import { Output } from './output.ts';
import { supervise } from './supervise.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const usage = `npm start [-- options]      runs Meridian on this machine: two regions, everything on loopback
${optionLines}

npm run ports prints every address it uses.`;

const output = new Output();
let cloud: Cloud;
try {
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'] ?? '';
  const named = process.env['MERIDIAN_PATHD_BIN'];
  const pathdBin = named === '' || named === 'none' ? undefined : named;
  // Without a compiler or Landlock a developer still gets pictures and sound; the set-up has said so.
  const hasJail = !['', 'none'].includes(process.env['MERIDIAN_JAIL_BIN'] ?? '');
  const options = readOptions(process.argv.slice(2), { repository, workerBin, pathdBin, hasJail });
  if (options === 'help') {
    console.log(usage);
    process.exit(0);
  }
  // The set-up sets the variable; without a set-up there was no wait.
  const commandedAtMs = Number(process.env['MERIDIAN_COMMANDED_AT_MS'] ?? Number.NaN);
  cloud = new Cloud(repository, options, output, commandedAtMs, process.env['MERIDIAN_STILL_COMES']);
} catch (error) {
  output.complain(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
await supervise(cloud, output);
