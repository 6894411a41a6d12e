import type { Answer } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { durationMinutes, instant, localTime, person } from '../core/words.ts';
import { each, group, limitOption, text, word } from '../options.ts';
import { addReport } from './report.ts';

type Meeting = Answer<'/meetings/{meeting}', 'get'>;

interface CreateOptions {
  readonly title: string;
  readonly start?: string;
  readonly zone?: string;
  readonly duration?: number;
  readonly recurrence?: string;
  readonly description?: string;
  readonly invite?: { email: string; name?: string }[];
  readonly host?: string[];
  readonly password?: string;
  readonly waitingRoom?: boolean;
  readonly show?: boolean;
}

export function addMeetings(program: Command, context: Context): void {
  const meetings = group(program, 'meetings', 'booked meetings');
  addCreate(meetings, context);
  meetings.command('get <id>').action(async (id: string) => show(context, await get(context, id)));
  meetings
    .command('list')
    .description('lists meetings by time, with each occurrence of a series')
    .option('--from <time>', 'absent: now', word(instant))
    .option('--to <time>', 'only meetings before this time; default: one year later', word(instant))
    .option('--user <id>', 'only meetings of this user')
    .addOption(limitOption())
    .action(({ from, to, user, limit }: { from?: string; to?: string; user?: string; limit: number }) => {
      const query = { ...(from && { from }), ...(to && { to }), ...(user && { userId: user }) };
      const rows = context.api.list('/meetings', { params: { query } });
      return context.list(rows, limit, ['starts', 'ends', 'meeting', 'number', 'title'], (row) => [
        ...[row.startsAt, row.endsAt, row.meetingId, row.number, row.title],
      ]);
    });
  meetings
    .command('cancel <id>')
    .description('cancels a meeting with all occurrences, and informs the invitees')
    .action(async (id: string) => {
      const meeting = await context.api.delete('/meetings/{meeting}', { params: { path: { meeting: id } } });
      context.printDone(meeting, `${id} is cancelled`);
    });
  meetings
    .command('extend <id>')
    .argument('<duration>', 'as 15m', word(durationMinutes))
    .description('extends the meeting that runs now by this time')
    .action(async (id: string, minutes: number) => {
      const params = { path: { meeting: id } };
      const body = { minutes };
      const extended = await context.api.post('/meetings/{meeting}/extend', { params, body });
      const { occurrence, conflicts } = extended;
      context.printOne(extended, { title: occurrence.title, ends: occurrence.endsAt, conflicts: conflicts.length });
    });
  meetings
    .command('invitee-link <id> <invitee>')
    .description('prints the personal link of an invitee, who is named by id, user id or e-mail')
    .action(async (id: string, named: string) => {
      const invitee = (await get(context, id)).invitees.find((one) => [one.id, one.userId, one.email].includes(named));
      if (invitee === undefined)
        throw new UsageError(`${named} is not invited; \`meridian meetings get ${id}\` lists the invitees`);
      const params = { path: { meeting: id, invitee: invitee.id } };
      const link = await context.api.get('/meetings/{meeting}/invitees/{invitee}/link', { params });
      context.printDone(link, link.url);
    });
  addReport(meetings, context);
}

function addCreate(meetings: Command, context: Context): void {
  meetings
    .command('create')
    .requiredOption('--title <text>', 'title')
    .option('--start <time>', 'local time in --zone, as 2027-01-04T09:00; default: now', word(localTime))
    .option('--zone <name>', 'IANA time zone, as Europe/Berlin; default: that of this machine')
    .option('--duration <duration>', 'duration of the meeting, as 45m or 1h30m', word(durationMinutes))
    .option('--recurrence <rule>', 'rule of RFC 5545, as FREQ=WEEKLY;COUNT=10')
    .option('--description <text>', 'description')
    .option(
      '--invite <person>',
      'ann@example.org or "Ann Lee <ann@example.org>"; may be given several times',
      each(person),
    )
    .option('--host <id>', 'identity of a host; may be given several times', each(text))
    .option('--password <text>', 'password that guests must enter')
    .option('--waiting-room', 'participants wait until a host lets them in')
    .option('--show', 'only hosts, cohosts and speakers publish; all others watch')
    .action(
      async ({
        start: localStart,
        zone,
        duration,
        invite,
        host,
        waitingRoom,
        show: isShow,
        ...rest
      }: CreateOptions) => {
        const timeZone = zone ?? (localStart && Intl.DateTimeFormat().resolvedOptions().timeZone);
        const meeting = await context.api.post('/meetings', {
          body: {
            ...rest,
            ...(localStart !== undefined && { localStart }),
            ...(timeZone !== undefined && { timeZone }),
            ...(duration !== undefined && { durationMinutes: duration }),
            ...(invite !== undefined && { invitees: invite }),
            ...(host !== undefined && { hosts: host }),
            settings: { ...(waitingRoom && { waitingRoom }), ...(isShow && { kind: 'show' as const }) },
          },
        });
        show(context, meeting);
      },
    );
}

const get = (context: Context, meeting: string) =>
  context.api.get('/meetings/{meeting}', { params: { path: { meeting } } });

/** Prints the meeting with the address at which people enter its password and their name. */
function show(context: Context, meeting: Meeting): void {
  const url = new URL(`/m/${meeting.number}`, context.url).href;
  context.printOne({ ...meeting, url }, factsOf(meeting, url));
}

const factsOf = (meeting: Meeting, url: string) => ({
  id: meeting.id,
  title: meeting.title,
  url,
  number: meeting.number,
  room: meeting.room,
  status: meeting.status,
  starts: meeting.startsAt,
  local: `${meeting.localStart} ${meeting.timeZone}`,
  minutes: meeting.durationMinutes,
  recurrence: meeting.recurrence,
  invited: meeting.invitees
    .map(({ email, userId, name, status }) => `${email || userId || name} (${status})`)
    .join(', '),
});
