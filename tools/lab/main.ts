// `npm run lab -- CASE [--json] [--record]`: one fault, attack or proof at a time.
import process from 'node:process';
import { type LabCase, runCases } from '../support/case.ts';
import { alarmDay } from './alarm-day/alarm-day.ts';
import { apiCrash } from './api-crash/api-crash.ts';
import { apiRequests } from './api-requests/api-requests.ts';
import { autoscale } from './autoscale.ts';
import { chaos } from './chaos/chaos.ts';
import { consoleCase } from './console/console.ts';
import { container } from './container/container.ts';
import { dial } from './dial/dial.ts';
import { downlink } from './downlink.ts';
import { dynacast } from './dynacast.ts';
import { firstPicture } from './first-picture/first-picture.ts';
import { flips } from './flips.ts';
import { floods } from './floods/floods.ts';
import { fresh } from './fresh.ts';
import { fuzzCase } from './fuzz/fuzz.ts';
import { keyFrames } from './key-frames.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { layout } from './layout.ts';
import { libraryFaults } from './library-faults/library-faults.ts';
import { livekitSdks } from './livekit-sdks/livekit-sdks.ts';
import { matrix } from './matrix/matrix.ts';
import { meetingSix } from './meeting-6.ts';
import { move } from './move.ts';
import { nodeDeath } from './node-death.ts';
import { nodeDeathMedia } from './node-death-media.ts';
import { only443Case } from './only-443/only-443.ts';
import { picture } from './picture.ts';
import { planted } from './planted.ts';
import { proxies } from './proxies/proxies.ts';
import { recordingFaults } from './recording-faults/recording-faults.ts';
import { recurrence } from './recurrence/recurrence.ts';
import { reroute } from './reroute.ts';
import { screenshots } from './screenshots.ts';
import { surroundings } from './surroundings.ts';
import { takeover } from './takeover.ts';
import { turn } from './turn/turn.ts';
import { twoServers } from './two-servers/two-servers.ts';
import { versions } from './versions/versions.ts';
import { wall } from './wall/wall.ts';

const cases: readonly LabCase[] = [
  alarmDay,
  dynacast,
  keyFrames,
  fresh,
  downlink,
  surroundings,
  meetingSix,
  autoscale,
  picture,
  planted,
  screenshots,
  takeover,
  reroute,
  flips,
  move,
  nodeDeath,
  nodeDeathMedia,
  chaos,
  matrix,
  firstPicture,
  fuzzCase,
  layout,
  livekitSdks,
  recordingFaults,
  libraryFaults,
  recurrence,
  apiCrash,
  apiRequests,
  floods,
  twoServers,
  container,
  proxies,
  turn,
  only443Case,
  kubernetes,
  versions,
  consoleCase,
  dial,
  wall,
];
process.exitCode = await runCases('lab', 'one fault, attack or proof of Meridian', cases, process.argv.slice(2));
