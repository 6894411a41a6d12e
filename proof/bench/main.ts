import process from 'node:process';
import { runCases } from '../support/case.ts';
import type { Part } from '../support/parts.ts';
import { bytesBench } from './bytes.ts';
import { capacityBench } from './capacity.ts';
import { distributionBench } from './distribution.ts';
import { forwardBench } from './forward.ts';
import { joinBench } from './join.ts';
import { joinStormBench } from './join-storm.ts';
import { layersBench } from './layers.ts';
import { recorderBench } from './recorder.ts';
import { schedulerBench } from './scheduler.ts';
import { signalBench } from './signal.ts';
import { startBench } from './start.ts';

/** `minutes` are those on two quiet cores. */
const parts: readonly Part[] = [
  { name: 'start', args: ['start', '--runs', '3'], quickArgs: ['--runs', '1', '--idle-seconds', '2'], minutes: 4 },
  { name: 'join', args: ['join', '--joins', '6', '--client', 'livekit'], quickArgs: ['--joins', '1'], minutes: 6 },
  {
    name: 'join-storm',
    args: ['join-storm'],
    quickArgs: ['--people', '20', '--rounds', '1', '--class', '40'],
    minutes: 3,
  },
  { name: 'signal', args: ['signal'], quickArgs: ['--window', '1', '--rounds', '1'], minutes: 6 },
  { name: 'scheduler', args: ['scheduler'], quickArgs: ['--hosts', '120,1000', '--decisions', '2000'], minutes: 4 },
  forward('1x120', 'ours,stock,janus-best,janus-shipped,floor', 6),
  forward('8x8', 'ours,stock', 2),
  forward('10x100', 'ours,stock', 2),
  forward('relay', 'ours,ours-direct,stock,stock-pathd', 4),
  {
    name: 'layers',
    args: ['layers', '--rooms', '2', '6', '30', '--changes', '3', '--seconds', '3'],
    quickArgs: ['--codecs', 'vp8', '--rooms', '2', '--seconds', '1', '--changes', '1'],
    minutes: 12,
  },
  { name: 'bytes', args: ['bytes', '--rounds', '3'], quickArgs: ['--rounds', '1', '--window', '1'], minutes: 5 },
  {
    name: 'recorder',
    args: ['recorder'],
    quickArgs: ['--seconds', '2', '--counts', '10', '--turns', '1'],
    minutes: 3,
  },
  {
    name: 'distribution',
    args: ['distribution', '--minutes', '3'],
    quickArgs: ['--minutes', '1', '--backlog', '10'],
    minutes: 8,
  },
  { name: 'capacity', args: ['capacity'], quickArgs: ['--window', '1', '--rooms', '4'], minutes: 5 },
];

function forward(shape: string, servers: string, minutes: number): Part {
  const options = ['--shape', shape, '--servers', servers, '--suite', '128'];
  return {
    name: `forward-${shape}`,
    args: ['forward', ...options, '--rounds', '2', '--window', '4'],
    quickArgs: ['--rounds', '1', '--window', '1'],
    minutes,
  };
}

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
    distributionBench,
  ],
  process.argv.slice(2),
  parts,
);
