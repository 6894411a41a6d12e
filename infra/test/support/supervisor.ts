// A supervisor over a stand-in cloud, started by tests as a process: `supervisor.ts REPOSITORY STATE_DIR PORT_OFFSET`.
// SIGUSR2 makes it fail unexpectedly.
import { Cloud } from '../../local/cloud.ts';
import { Output } from '../../local/output.ts';
import { supervise } from '../../local/supervise.ts';

const [repository = '', stateDir = '', portOffset = ''] = process.argv.slice(2);
const output = new Output();
const cloud = new Cloud(
  repository,
  {
    portOffset: Number(portOffset),
    stateDir,
    pageDir: '',
    workerBin: '',
    logLevel: 'info',
    nodesPerRegion: 1,
  },
  output,
  Number.NaN,
  process.env['MERIDIAN_STILL_COMES'],
);
process.on('SIGUSR2', () => {
  throw new Error('not foreseen');
});
await supervise(cloud, output);
