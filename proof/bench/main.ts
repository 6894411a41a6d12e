import process from 'node:process';
import { runCases } from '../support/case.ts';
import { capacityBench } from './capacity.ts';
import { joinBench } from './join.ts';
import { layersBench } from './layers.ts';
import { recorderBench } from './recorder.ts';
import { startBench } from './start.ts';

process.exitCode = await runCases(
  'bench',
  'one benchmark of Meridian',
  [startBench, joinBench, capacityBench, recorderBench, layersBench],
  process.argv.slice(2),
);
