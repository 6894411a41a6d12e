// `npm run ports`: prints every address on which `npm start` with the same options listens, for firewall rules.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { portTable } from './endpoints.ts';
import { optionLines, readOptions } from './options.ts';
import { topology } from './topology.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const noKey = { key: '', secret: '' };
const noSecrets = { clusterToken: '', clusterSecret: '', sealSecret: '', devKey: noKey, operatorKey: noKey };
try {
  const options = readOptions(process.argv.slice(2), { repository, workerBin: '' });
  console.log(
    options === 'help'
      ? `npm run ports [-- options]  prints every address that npm start with these options listens on\n${optionLines}`
      : portTable(topology(options, noSecrets)),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
