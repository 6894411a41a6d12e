// All alarm rules, those of the largest scope first.
import type { AlarmRule } from '../rule.ts';
import { capacity } from './capacity.ts';
import { capacityForecast } from './capacity-forecast.ts';
import { centreUnreachable } from './centre-unreachable.ts';
import { certificate } from './certificate.ts';
import { channelDown } from './channel-down.ts';
import { clockSkew } from './clock-skew.ts';
import { configDriftRule } from './config-drift.ts';
import { deliveriesFailed } from './deliveries-failed.ts';
import { deliveriesLate, deliveriesLateMany } from './deliveries-late.ts';
import { dialBooking, dialPair, dialRegion, dialSilent, dialStream } from './dial.ts';
import { disk, diskFull } from './disk.ts';
import { distributionQueueGrows } from './distribution-queue-grows.ts';
import { joinFailures } from './join-failures.ts';
import { leak } from './leak.ts';
import { linkLoss } from './link-loss.ts';
import { linkRtt } from './link-rtt.ts';
import { hostLost, nodeLost, regionLost } from './lost.ts';
import { nodeFailing } from './node-failing.ts';
import { pictureBlack, pictureFrozen, soundSilent, streamStopped } from './pictures.ts';
import { receiverAway } from './receiver-away.ts';
import { recorderQueue } from './recorder-queue.ts';
import { regionDegraded } from './region-degraded.ts';
import { webhookBacklog } from './webhook-backlog.ts';

export const alarmRules: readonly AlarmRule[] = [
  centreUnreachable,
  regionLost,
  joinFailures,
  regionDegraded,
  hostLost,
  nodeLost,
  nodeFailing,
  linkLoss,
  capacity,
  clockSkew,
  certificate,
  webhookBacklog,
  diskFull,
  disk,
  recorderQueue,
  deliveriesLateMany,
  deliveriesLate,
  deliveriesFailed,
  channelDown,
  distributionQueueGrows,
  receiverAway,
  configDriftRule,
  dialRegion,
  dialPair,
  dialStream,
  dialBooking,
  dialSilent,
  linkRtt,
  capacityForecast,
  leak,
  streamStopped,
  pictureBlack,
  pictureFrozen,
  soundSilent,
];
