import { Argument, type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationS } from '../core/words.ts';
import { group, limitOption, wholeNumber, word } from '../options.ts';

const layouts = ['grid', 'speaker', 'screen'] as const;
type Layout = (typeof layouts)[number];
interface Start {
  identity?: string;
  priority?: number;
  mode?: 'tracks' | 'composed' | 'page';
  layout?: Layout;
  pageUrl?: string;
}

interface ListOptions {
  readonly all?: boolean;
  readonly trashed?: boolean;
  readonly limit: number;
}

interface LinkOptions {
  readonly output?: string;
  readonly valid?: number;
  readonly download?: boolean;
  readonly file?: boolean;
}

export function addRecordings(program: Command, context: Context): void {
  const recordings = group(program, 'recordings', 'recordings of rooms: running, waiting for a recorder, or finished');
  recordings
    .command('start <room>')
    .description('starts a recording; in an empty room it begins with the next participant')
    .option('--identity <identity>', 'records only this participant')
    .addOption(
      new Option('--mode <mode>', 'what is recorded; without it one video (composed)').choices([
        'tracks',
        'composed',
        'page',
      ]),
    )
    .addOption(new Option('--layout <layout>', 'layout of a composed recording').choices(layouts))
    .option('--page-url <url>', 'URL of the page that a page recording shows')
    .option('--priority <number>', '1 to 9; of waiting recordings the highest starts first', word(wholeNumber))
    .action(async (room: string, body: Start) => {
      const begun = await context.api.post('/rooms/{room}/recordings', { params: { path: { room } }, body });
      context.printDone(begun, `${begun.id} ${begun.state === 'running' ? 'runs' : 'waits for a recorder'}`);
    });
  recordings
    .command('list [room]')
    .description('lists running and waiting recordings of a room; with --all also finished ones, of one room or all')
    .option('--all', 'also finished recordings, newest first')
    .option('--trashed', 'recordings in the trash, of one room or all')
    .addOption(limitOption())
    .action(async (room: string | undefined, { all = false, trashed = false, limit }: ListOptions) => {
      if (all && trashed) throw new UsageError('give --all or --trashed');
      if (all || trashed) return listAll(context, { room, trashed, limit });
      if (room === undefined) throw new UsageError('name a room or give --all or --trashed');
      const { data } = await context.api.get('/rooms/{room}/recordings', { params: { path: { room } } });
      context.rows(
        data,
        ['id', 'state', 'since', 'mode', 'layout', 'identity', 'by', 'priority', 'expected', 'failure'],
        (each) => [
          ...[each.id, each.state, each.since, each.later ? `${each.mode} later` : each.mode, each.layout],
          ...[each.identity, each.by, each.priority, each.expectedAt, each.failure],
        ],
      );
    });
  recordings
    .command('layout <room> <recording>')
    .description('changes the layout of a composed recording from the next picture on')
    .addArgument(new Argument('<layout>').choices(layouts))
    .action(async (room: string, recording: string, layout: Layout) => {
      const params = { path: { room, recording } };
      const changed = await context.api.patch('/rooms/{room}/recordings/{recording}', { params, body: { layout } });
      context.printDone(changed, `${recording} now has the layout ${layout}`);
    });
  recordings.command('stop <room> <recording>').action(async (room: string, recording: string) => {
    await context.api.delete('/rooms/{room}/recordings/{recording}', { params: { path: { room, recording } } });
    context.printDone({ id: recording }, `${recording} is stopped`);
  });
  addMade(recordings, context);
  addCarryOver(recordings, context);
}

interface Listed {
  readonly room: string | undefined;
  readonly trashed: boolean;
  readonly limit: number;
}
const listAll = (context: Context, { room, trashed, limit }: Listed): Promise<void> =>
  context.list(
    context.api.list('/recordings', { params: { query: { trashed, ...(room !== undefined && { room }) } } }),
    limit,
    ['id', 'room', 'state', 'started', 'ended', 'duration ms', 'bytes', 'files', 'failure'],
    (each) => [
      ...[each.id, each.room, each.state, each.startedAt, each.endedAt, each.durationMs, each.bytes],
      ...[namesOf(each), each.failure],
    ],
  );

/** Interval of looks at the recordings that are carried over. */
const LOOK_MS = 2000;

function addCarryOver(recordings: Command, context: Context): void {
  recordings
    .command('carry-over')
    .description('carries recordings that an earlier release finished over into the library, and waits for them')
    .action(async () => {
      for (let total = 0; ; ) {
        const { begun, working, waiting, missing } = await context.api.post('/recordings/carry-over', {});
        total += begun;
        if (begun === 0 && working === 0)
          return context.printDone(
            { begun: total, waiting, missing },
            missing.length === 0
              ? `${total} recordings carried over`
              : `${waiting} recordings wait for ${missing.join(', ')}`,
          );
        if (begun === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    });
}

const namesOf = ({ outputs }: { readonly outputs: readonly { readonly name: string }[] }): string =>
  outputs.map(({ name }) => name).join(' ');

/** Adds the commands for finished recordings. */
function addMade(recordings: Command, context: Context): void {
  recordings.command('get <recording>').action(async (recording: string) => {
    const foundRecording = await context.api.get('/recordings/{recording}', { params: { path: { recording } } });
    context.printOne(foundRecording, {
      id: foundRecording.id,
      room: foundRecording.room,
      state: foundRecording.state,
      started: foundRecording.startedAt,
      ended: foundRecording.endedAt,
      'duration ms': foundRecording.durationMs,
      bytes: foundRecording.bytes,
      files: namesOf(foundRecording),
      failure: foundRecording.failure,
    });
  });
  recordings
    .command('delete <recording>')
    .description('deletes a recording with its files for good')
    .action(async (recording: string) => {
      await context.api.delete('/recordings/{recording}', { params: { path: { recording } } });
      context.printDone({ id: recording }, `${recording} is deleted`);
    });
  recordings
    .command('trash <recording>')
    .description('puts a recording with its files into the trash, for 30 days; its links end')
    .action(async (recording: string) => {
      await context.api.post('/recordings/{recording}/trash', { params: { path: { recording } } });
      context.printDone({ id: recording }, `${recording} is in the trash`);
    });
  recordings
    .command('restore <recording>')
    .description('gets a recording back from the trash')
    .action(async (recording: string) => {
      await context.api.post('/recordings/{recording}/restore', { params: { path: { recording } } });
      context.printDone({ id: recording }, `${recording} is restored`);
    });
  recordings
    .command('link <recording>')
    .description('creates a link to each file, by which anyone plays it')
    .option('--output <name>', 'only a link to this file, as `recordings get` names it')
    .option('--valid <duration>', 'lifetime of the links, at most 7d', word(durationS))
    .option('--download', 'the page offers a download')
    .option('--file', 'prints URLs of the files instead of their pages')
    .action(async (recording: string, { output, valid, download, file }: LinkOptions) => {
      const { state, outputs } = await context.api.get('/recordings/{recording}', { params: { path: { recording } } });
      const linked = outputs.filter(({ name }) => output === undefined || name === output);
      if (linked.length === 0) {
        const names = outputs.map(({ name }) => name).join(', ');
        throw new UsageError(names === '' ? `the recording has no file; it is ${state}` : `its files are ${names}`);
      }
      const body = {
        ...(valid !== undefined && { expiresInS: valid }),
        ...(download === true && { may: 'download' as const }),
      };
      const links = [];
      for (const { item, name } of linked) {
        const params = { path: { item } };
        links.push({ output: name, ...(await context.api.post('/library/items/{item}/links', { params, body })) });
      }
      // A table would cut the URLs.
      const lines = links.map(({ output, url, pageUrl }) => `${output} ${file === true ? url : pageUrl}`);
      context.printDone(links, lines.join('\n'));
    });
}
