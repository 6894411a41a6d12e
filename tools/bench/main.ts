// `npm run bench -- NAME [--json] [--record]`: one benchmark.
import process from 'node:process';
import { runCases } from '../support/case.ts';
import { apiBench } from './api.ts';
import { capacityBench } from './capacity.ts';
import { crowdBench } from './crowd.ts';
import { distributionBench } from './distribution.ts';
import { effectsBench } from './effects.ts';
import { gatewayBench } from './gateway.ts';
import { joinBench } from './join.ts';
import { libraryBench } from './library.ts';
import { livekitBench } from './livekit.ts';
import { pathdBench } from './pathd.ts';
import { qualityBench } from './quality.ts';
import { qualityStoreBench } from './quality-store.ts';
import { queueBench } from './queue.ts';
import { recorderBench } from './recorder.ts';
import { routesBench } from './routes.ts';
import { schedulerBench } from './scheduler.ts';
import { startBench } from './start.ts';

process.exitCode = await runCases(
  'bench',
  'one benchmark of Meridian',
  [
    startBench,
    joinBench,
    livekitBench,
    capacityBench,
    routesBench,
    schedulerBench,
    pathdBench,
    gatewayBench,
    apiBench,
    effectsBench,
    recorderBench,
    crowdBench,
    qualityBench,
    qualityStoreBench,
    queueBench,
    libraryBench,
    distributionBench,
  ],
  process.argv.slice(2),
);
