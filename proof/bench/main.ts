import process from 'node:process';
import { runCases } from '../support/case.ts';
import { bytesBench } from './bytes.ts';
import { capacityBench } from './capacity.ts';
import { forwardBench } from './forward.ts';
import { joinBench } from './join.ts';
import { joinStormBench } from './join-storm.ts';
import { layersBench } from './layers.ts';
import { recorderBench } from './recorder.ts';
import { schedulerBench } from './scheduler.ts';
import { signalBench } from './signal.ts';
import { startBench } from './start.ts';

process.exitCode = await runCases(
  'bench',
  'one benchmark of Meridian',
  [
    startBench,
    joinBench,
    capacityBench,
    recorderBench,
    forwardBench,
    schedulerBench,
    signalBench,
    layersBench,
    joinStormBench,
    bytesBench,
  ],
  process.argv.slice(2),
  [
    ['start'],
    ['join'],
    ['join-storm'],
    ['signal'],
    ['scheduler'],
    ...['1x120', '8x8', '10x100', 'relay'].map((shape) => ['forward', '--shape', shape]),
    ['layers'],
    ['bytes'],
    ['recorder'],
    ['capacity'],
  ],
);
