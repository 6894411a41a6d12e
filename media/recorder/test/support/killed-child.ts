// Records a voice until killed: `PLACE ROOM-KEY WALL-MS MS RECORDING`. Prints the durable length of the journal in ms.
import { ManualClock } from '@meridian/runtime';
import { speak, TestRecorder, TestRoom } from './stinting.ts';

const [, , place, roomKey, wallMs, ms, recordingId] = process.argv;
if (place === undefined || roomKey === undefined || recordingId === undefined) throw new Error('arguments are missing');
const rig = await TestRecorder.start({ place, clock: new ManualClock({ wallMs: Number(wallMs) }) });
const room = new TestRoom();
await rig.open(room, {
  recordingId,
  recorderId: 'rec-fra',
  roomKey,
  onLines: (lines) => {
    for (const line of lines) if (line.type === 'piece') process.stdout.write(`${line.ms + line.durationMs}\n`);
  },
});
speak(rig, room.publish('ann', 'audio'), Number(ms));
// The interval keeps the process alive, which has no sockets.
setInterval(() => undefined, 1_000_000);
