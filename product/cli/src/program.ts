// The whole command line: `run` parses it, runs the command and returns the exit code.
import { readFileSync } from 'node:fs';
import { MeridianApiError } from '@meridian/api-client';
import { UploadError } from '@meridian/uploader';
import { Command, CommanderError } from 'commander';
import { addAccess } from './commands/access.ts';
import { addAlarms } from './commands/alarms.ts';
import { addBreakOuts } from './commands/break-outs.ts';
import { addCost } from './commands/cost.ts';
import { addDistribution } from './commands/distribution.ts';
import { addFileLinks } from './commands/file-links.ts';
import { addInspection } from './commands/inspection.ts';
import { addLibrary } from './commands/library.ts';
import { addLinks } from './commands/links.ts';
import { addLive } from './commands/live.ts';
import { addMeetings } from './commands/meetings.ts';
import { addNodes } from './commands/nodes.ts';
import { addParticipants } from './commands/participants.ts';
import { addRecordings } from './commands/recordings.ts';
import { addRooms } from './commands/rooms.ts';
import { addUsers } from './commands/users.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { Context, type Io } from './context.ts';
import { adviceOf, exitCode, exitCodeOf, UsageError } from './core/failure.ts';

const help = `
Environment:
  MERIDIAN_URL         address of the page, as https://meet.example.org
  MERIDIAN_API_KEY     the API key
  MERIDIAN_API_SECRET  its secret

Exit codes: 0 done; 1 the server refused; 2 wrong command line or environment; 3 no server answered.
With --json answers are JSON on standard output, and failures JSON on standard error.`;

/** Runs the words after `meridian`. Resolves with the exit code; rejects on faults of the program itself. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const program = new Command('meridian')
    .description("Meridian's rooms, meetings, join links and webhooks")
    .version(versionText(argv.includes('--json')), '-V, --version', 'the version of this program')
    .option('--json', 'prints answers as JSON, for programs')
    .option('--url <url>', 'overrides MERIDIAN_URL')
    .addHelpText('after', help);
  const context = new Context(program, io);
  addAccess(program, context);
  addLinks(program, context);
  addLive(program, context);
  addMeetings(program, context);
  addRooms(program, context);
  addParticipants(program, context);
  addBreakOuts(program, context);
  addRecordings(program, context);
  addLibrary(program, context);
  addFileLinks(program, context);
  addDistribution(program, context);
  addUsers(program, context);
  addWebhooks(program, context);
  addNodes(program, context);
  addAlarms(program, context);
  addInspection(program, context);
  addCost(program, context);
  configureCommands(program, io, argv.includes('--json'));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    return failed(error, context, argv.includes('--json'));
  }
}

/** Prints the failure and returns the exit code. Throws faults of the program. */
function failed(error: unknown, { io, isJson }: Context, wantsJson: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCode.ok;
    if (wantsJson) io.err(usageJson(error));
    return exitCode.usage;
  }
  if (error instanceof UsageError) {
    io.err(isJson ? usageJson(error) : `meridian: ${error.message}`);
    return exitCode.usage;
  }
  const api = error instanceof UploadError && error.cause instanceof MeridianApiError ? error.cause : error;
  if (api instanceof MeridianApiError) {
    io.err(isJson ? jsonOf(api) : textOf(api));
    return exitCodeOf(api.code);
  }
  if (!(error instanceof UploadError)) throw error;
  io.err(isJson ? uploadJson(error) : `meridian: ${uploadText(error)}`);
  return exitCode.refused;
}

/**
 * Makes all commands write to `io`, throw instead of ending the process, and accept the program's options. Commands
 * print usage errors for people only; in JSON mode `run` prints them.
 */
function configureCommands(command: Command, io: Io, isJson: boolean): void {
  const writeErr = (text: string): void => (isJson ? undefined : io.err(text.trimEnd()));
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr })
    .showHelpAfterError('--help lists the options');
  for (const each of command.commands) configureCommands(each, io, isJson);
}

/** Returns the version of this package; the api has no operation for the version of the server. */
function versionText(isJson: boolean): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(file) as { version: string };
  return isJson ? JSON.stringify({ version }) : version;
}

const usageJson = ({ message }: Error): string => JSON.stringify({ code: 'USAGE', message });

const uploadJson = ({ code, message, failure }: UploadError): string => JSON.stringify({ code, message, failure });

const uploadText = ({ code, message }: UploadError): string =>
  `${message} (${code})${code === 'ABORTED' ? '\nThe same command goes on.' : ''}`;

const jsonOf = ({ code, status, message, errors, retryAfterMs, requestId }: MeridianApiError): string =>
  JSON.stringify({ code, status, message, errors, retryAfterMs, requestId });

function textOf({ code, message, retryAfterMs }: MeridianApiError): string {
  const advice = adviceOf(code, retryAfterMs);
  return `meridian: ${message} (${code})${advice === undefined ? '' : `\n${advice}`}`;
}
