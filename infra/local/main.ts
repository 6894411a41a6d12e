// The supervisor of `npm start`: runs the whole cloud on this machine as child processes and ends them all with itself.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cloud } from './cloud.ts';
import { Output } from './output.ts';
import { supervise } from './supervise.ts';
import type { TopologyOptions } from './topology.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const usage = `npm start [-- options]      runs Meridian on this machine: two regions, everything on loopback
  --port-offset N           adds N to every port (default 0)
  --state-dir DIR           secrets, certificates, logs (default .meridian in the repository)
  --nodes-per-region N      media nodes per region, processes of one host (default 1)
  --redis URL               keep the centre's copy in Redis instead of memory
  --public-address IP       also listen on this address of the machine (network lab)
  --media-address IP        media nodes also listen on this address for clients, IPv4 or IPv6 (network lab)
  --log-level LEVEL         trace | debug | info | warn | error (default info)

npm run ports prints every address it uses.`;

function options(): TopologyOptions {
  const { values } = parseArgs({
    options: {
      'port-offset': { type: 'string', default: '0' },
      'state-dir': { type: 'string', default: join(repository, '.meridian') },
      'nodes-per-region': { type: 'string', default: '1' },
      redis: { type: 'string' },
      'public-address': { type: 'string' },
      'media-address': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const whole = (name: string, text: string, min: number, max: number): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new Error(`--${name} ${text}: a whole number from ${min} to ${max}`);
    return value;
  };
  return {
    portOffset: whole('port-offset', values['port-offset'], 0, 50_000),
    stateDir: resolve(values['state-dir']),
    pageDir: join(repository, 'web/dist'),
    workerBin: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    logLevel: values['log-level'],
    nodesPerRegion: whole('nodes-per-region', values['nodes-per-region'], 1, 8),
    ...(values.redis === undefined ? {} : { redisUrl: values.redis }),
    ...(values['public-address'] === undefined ? {} : { publicAddress: values['public-address'] }),
    ...(values['media-address'] === undefined ? {} : { mediaAddress: values['media-address'] }),
  };
}

const output = new Output();
let cloud: Cloud;
try {
  cloud = new Cloud(repository, options(), output);
} catch (error) {
  output.complain(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
await supervise(cloud, output);
