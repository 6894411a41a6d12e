// `npm run lab -- wall`: kept rooms of a real cloud, each with an encoder that breaks in another way: seconds until its
// alarm is at a receiver, and until it is over; before that quiet minutes, in which nothing may fire.
import { setTimeout as delay } from 'node:timers/promises';
import { TestCloud } from '../../../test/support/cloud.ts';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { Programme } from '../../../test/support/programme.ts';
import { type SignedIn, signedInWatcher } from '../../../test/support/users.ts';
import { lumaOf, WallLook } from '../../../test/support/wall-look.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { treeCpuMs } from '../../bench/capacity/processor.ts';
import { countOption, type LabCase, type Say } from '../../support/case.ts';
import type { Metrics } from '../../support/result.ts';
import { Hook } from './hook.ts';

interface Fault {
  readonly rule: string;
  /** Of the rule, as it usually is. */
  readonly limitS: number;
  plant(programme: Programme): void;
  heal(programme: Programme): void;
}

/** By the name of the room. */
const faults: Readonly<Record<string, Fault>> = {
  black: {
    rule: 'picture-black',
    limitS: 10,
    plant: (programme) => Object.assign(programme, { picture: 'black' }),
    heal: (programme) => Object.assign(programme, { picture: 'talking' }),
  },
  frozen: {
    rule: 'picture-frozen',
    limitS: 10,
    plant: (programme) => Object.assign(programme, { picture: 'frozen' }),
    heal: (programme) => Object.assign(programme, { picture: 'talking' }),
  },
  silent: {
    rule: 'sound-silent',
    limitS: 30,
    plant: (programme) => Object.assign(programme, { sound: 'silent' }),
    heal: (programme) => Object.assign(programme, { sound: 'speech' }),
  },
  stopped: {
    rule: 'stream-stopped',
    limitS: 10,
    plant: (programme) => Object.assign(programme, { isStopped: true }),
    heal: (programme) => Object.assign(programme, { isStopped: false }),
  },
};
const rooms = Object.keys(faults);
/** A tenant without users; it is made here. */
const OPERATORS = 'operators';
const recorders = ['rec-fra', 'rec-sgp'] as const;
/** Above the limit of a rule: two looks of the judge, and the message on its way. */
const LATE_S = 12;
/** A rule of the wall is good for 30 s before it is over; and as above. */
const CLEARED_S = 30 + LATE_S;
const IDLE_MS = 15_000;
/** Far above what is measured: it ends a hang. */
const LIMIT_MS = 120_000;

export const wall: LabCase = {
  name: 'wall',
  summary: 'pictures and sound of encoders break: seconds to the alarms, false alarms, processor of watched rooms',
  configure: (command) => void command.option('--minutes <n>', 'without a fault, before the faults', countOption, 2),
  run: async (options, say) => {
    const minutes = Number(options['minutes']);
    const apiConfig = JSON.stringify({ operatorTenant: OPERATORS });
    const cloud = await TestCloud.start({ extraArgs: ['--api-config', apiConfig] });
    const hook = await Hook.open();
    const closeHook = (): void => hook.close();
    const disown = owned('the receiver', closeHook);
    try {
      return await played({ cloud, hook, minutes, say });
    } finally {
      closeHook();
      disown();
      await cloud.stop();
    }
  },
};

async function played({ cloud, hook, minutes, say }: { cloud: TestCloud; hook: Hook; minutes: number; say: Say }) {
  const watcher = await signedInWatcher(cloud, OPERATORS);
  await watcher.ask('POST', '/alarm-receivers', { kind: 'webhook', name: 'lab', url: hook.url, severity: 'warning' });
  const programmes = new Map<string, Programme>();
  try {
    for (const room of rooms) {
      const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'studio' });
      programmes.set(room, new Programme(publish?.rtmp.url ?? ''));
    }
    await watched(cloud, watcher, []);
    await delay(IDLE_MS);
    const base = await coresOver(cloud, IDLE_MS);
    const quiet = await quietly(cloud, watcher, { minutes, say });
    const falseAlarms = hook.sent.filter(({ room }) => room !== '').map(({ rule, subject }) => `${rule} ${subject}`);
    const { metrics, missed } = await broken(programmes, hook, say);
    return {
      params: { rooms: rooms.length, picture: '640x360, 10 a second', minutes },
      metrics: {
        falseAlarms: falseAlarms.length,
        ...metrics,
        recorderCoresPerRoom: (quiet.kept - base) / rooms.length,
        recorderCoresPerRoomLookedAt: (quiet.lookedAt - base) / rooms.length,
        picturesPerSecond: quiet.picturesPerSecond,
      },
      missed: [...falseAlarms.map((one) => `false: ${one}`), ...quiet.missed, ...missed],
    };
  } finally {
    for (const programme of programmes.values()) programme.close();
  }
}

/** Until the api knows of people in all rooms; keeps some of them. */
async function watched(cloud: TestCloud, watcher: SignedIn, kept: readonly string[]): Promise<void> {
  await until(
    `the rooms are live at ${cloud.pageUrl}`,
    async () => {
      const [, { data = [] }] = await watcher.ask('GET', '/console/rooms');
      const live = (data as { room: string }[]).map(({ room }) => room);
      return rooms.every((room) => live.includes(room));
    },
    LIMIT_MS,
  );
  for (const room of kept) {
    const [status] = await watcher.ask('PUT', `/wall/rooms/dev/${room}`);
    if (status !== 200) throw new Error(`the room ${room} is not kept: ${status}`);
  }
}

/** First kept, then looked at as well. */
async function quietly(cloud: TestCloud, watcher: SignedIn, { minutes, say }: { minutes: number; say: Say }) {
  await watched(cloud, watcher, rooms);
  await delay(IDLE_MS);
  const halfMs = minutes * 30_000;
  const kept = await coresOver(cloud, halfMs);
  const look = await WallLook.open(cloud, watcher, rooms);
  try {
    await until(
      'each room has a picture',
      () => rooms.every((room) => look.rooms.get(room)?.pictures.length),
      LIMIT_MS,
    );
    const count = (): number => [...look.rooms.values()].reduce((sum, { pictures }) => sum + pictures.length, 0);
    const before = count();
    const lookedAt = await coresOver(cloud, halfMs);
    const missed: string[] = [];
    for (const [room, { pictures, seen }] of look.rooms) {
      const [now, before] = [pictures.at(-1), pictures.at(-8)].map((jpeg) => lumaOf(jpeg ?? Buffer.alloc(0)));
      const mean = [...(now ?? [])].reduce((sum, value) => sum + value, 0) / Math.max(1, now?.length ?? 0);
      const isMoving = now !== undefined && before !== undefined && !now.equals(before);
      say(`${room}: mean brightness ${mean.toFixed(0)}, ${JSON.stringify(seen.tracks)}`);
      if (!isMoving || mean < 40) missed.push(`${room}: its pictures do not move, or are dark`);
    }
    return { kept, lookedAt, picturesPerSecond: (count() - before) / (halfMs / 1000) / rooms.length, missed };
  } finally {
    look.close();
  }
}

/** All at once, each in its room; then all are healed. */
async function broken(programmes: ReadonlyMap<string, Programme>, hook: Hook, say: Say) {
  const metrics: Record<string, Metrics> = {};
  const missed: string[] = [];
  const each = Object.entries(faults).map(async ([room, fault]) => {
    const programme = programmes.get(room);
    if (programme === undefined) throw new Error(`${room} has no encoder`);
    const seconds = async (kind: string): Promise<number> => {
      const beganMs = performance.now();
      const isIt = (one: { kind: string; rule: string }): boolean => one.kind === kind && one.rule === fault.rule;
      const found = await until(`${fault.rule} ${kind}`, () => hook.of(room).find(isIt), LIMIT_MS);
      return (found.atMs - beganMs) / 1000;
    };
    fault.plant(programme);
    const alarmSeconds = await seconds('fired');
    fault.heal(programme);
    const overSeconds = await seconds('cleared');
    const messages = hook.of(room).map(({ kind, rule }) => `${kind} ${rule}`);
    say(`${room}: alarm after ${alarmSeconds.toFixed(1)} s, over after ${overSeconds.toFixed(1)} s; ${messages}`);
    metrics[room] = { alarmSeconds, overSeconds };
    if (messages.length !== 2) missed.push(`${room}: ${messages.join(', ')}`);
    if (alarmSeconds > fault.limitS + LATE_S) missed.push(`${room}: its alarm after ${alarmSeconds.toFixed(1)} s`);
    if (overSeconds > CLEARED_S) missed.push(`${room}: over after ${overSeconds.toFixed(1)} s`);
  });
  for (const result of await Promise.allSettled(each))
    if (result.status === 'rejected') missed.push(String(result.reason));
  return { metrics, missed };
}

/** Of all recorders with their processes. */
async function coresOver(cloud: TestCloud, ms: number): Promise<number> {
  const now = (): number => recorders.reduce((sum, id) => sum + treeCpuMs(cloud.pid(id)), 0);
  const [beganMs, before] = [performance.now(), now()];
  await delay(ms);
  return (now() - before) / (performance.now() - beganMs);
}
