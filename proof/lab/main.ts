import process from 'node:process';
import { type LabCase, runCases } from '../support/case.ts';
import { container } from './container/container.ts';
import { fresh } from './fresh.ts';
import { fuzzCase } from './fuzz/fuzz.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { only443Case } from './only-443/only-443.ts';
import { picture } from './picture.ts';
import { proxies } from './proxies/proxies.ts';
import { pushers } from './pushers.ts';
import { recordingFaults } from './recording-faults/recording-faults.ts';
import { recordingHours } from './recording-hours/recording-hours.ts';
import { screenshots } from './screenshots.ts';
import { turn } from './turn/turn.ts';
import { twoServers } from './two-servers/two-servers.ts';
import { versions } from './versions/versions.ts';
import { workerExact } from './worker-exact.ts';

const cases: readonly LabCase[] = [
  fresh,
  picture,
  screenshots,
  fuzzCase,
  twoServers,
  container,
  proxies,
  turn,
  only443Case,
  kubernetes,
  versions,
  pushers,
  recordingFaults,
  recordingHours,
  workerExact,
];
process.exitCode = await runCases('lab', 'one fault, attack or proof of Meridian', cases, process.argv.slice(2));
