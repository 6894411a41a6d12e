import { readFileSync } from 'node:fs';
import type { components } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { limitOption, splitList } from '../options.ts';

type Receiver = components['schemas']['DistributionReceiver'];
type CreatedReceiver = components['schemas']['NewDistributionReceiver'];
type ReceiverBody = components['schemas']['NewReceiver'];
type ChangeBody = components['schemas']['ReceiverChange'];

const kinds = ['agent', 'region', 's3', 'sftp', 'pull'] as const;
interface ReceiverOptions {
  readonly name?: string;
  readonly region?: string;
  readonly site?: string;
  readonly groups?: string[];
  /** Path of a JSON file. */
  readonly settings?: string;
}
interface CreateOptions extends ReceiverOptions {
  readonly kind: (typeof kinds)[number];
  readonly region: string;
}
interface Change extends ReceiverOptions {
  readonly enable?: true;
  readonly disable?: true;
}

export function addReceivers(distribution: Command, context: Context): void {
  distribution
    .command('receivers')
    .description('lists receivers, newest first')
    .addOption(limitOption())
    .action(({ limit }: { limit: number }) =>
      context.list(
        context.api.list('/distribution/receivers'),
        limit,
        ['id', 'kind', 'region', 'site', 'state', 'seen', 'groups', 'name'],
        (one) => [one.id, one.kind, one.region, one.site, stateOf(one), one.seenAt, one.groups.join(' '), one.name],
      ),
    );
  const receiver = distribution.command('receiver').description('creates and changes receivers').helpCommand(false);
  addCreate(receiver, context);
  addChange(receiver, context);
  receiver.command('show <receiver>').action(async (id: string) => {
    const found = await context.api.get('/distribution/receivers/{receiver}', { params: { path: { receiver: id } } });
    context.printOne(found, factsOf(found));
  });
  receiver
    .command('credential <receiver>')
    .description('creates a new credential for an agent, shown once; the earlier one ends at once')
    .action(async (id: string) => {
      const path = '/distribution/receivers/{receiver}/credential';
      context.printOne(...secretsOf(await context.api.post(path, { params: { path: { receiver: id } } })));
    });
  receiver
    .command('delete <receiver>')
    .description('deletes a receiver and cancels its open deliveries; delivered files stay there')
    .action(async (id: string) => {
      await context.api.delete('/distribution/receivers/{receiver}', { params: { path: { receiver: id } } });
      context.printDone({ id }, `${id} is deleted`);
    });
}

const settingsOption = (): Option =>
  new Option(
    '--settings <file>',
    'JSON file with the settings of s3, sftp or pull (docs/distribution.md), which keeps secrets off the command line',
  );

function addCreate(receiver: Command, context: Context): void {
  receiver
    .command('create <name>')
    .description('creates a receiver; the credential of an agent, or the secret of a pull receiver, is shown once')
    .addOption(new Option('--kind <kind>', 'how files reach the receiver').choices(kinds).default('agent'))
    .requiredOption('--region <region>', 'region whose library nodes serve the receiver')
    .option('--site <site>', 'site of an agent: agents of one site fetch from each other first')
    .option('--groups <groups>', 'group names for orders, separated by commas', splitList)
    .addOption(settingsOption())
    .action(async (name: string, { settings, ...about }: CreateOptions) => {
      const body: ReceiverBody = Object.assign({ name }, about);
      if (settings !== undefined) body.settings = settingsIn(settings);
      context.printOne(...secretsOf(await context.api.post('/distribution/receivers', { body })));
    });
}

function addChange(receiver: Command, context: Context): void {
  receiver
    .command('change <receiver>')
    .option('--name <name>', 'name')
    .option('--region <region>', 'region whose library nodes serve the receiver')
    .option('--site <site>', 'site of an agent')
    .option('--groups <groups>', 'replaces the groups, separated by commas', splitList)
    .addOption(settingsOption())
    .option('--enable', 'the receiver gets files again')
    .addOption(new Option('--disable', 'its deliveries wait, and its sessions end').conflicts('enable'))
    .action(async (id: string, o: Change) => {
      if (Object.keys(o).length === 0)
        throw new UsageError('nothing to change: give --name, --region, --groups, --disable …');
      const { settings, enable, disable, ...about } = o;
      const body: ChangeBody = about;
      if (settings !== undefined) body.settings = settingsIn(settings);
      if (enable === true || disable === true) body.enabled = enable === true;
      const options = { params: { path: { receiver: id } }, body };
      const changed = await context.api.patch('/distribution/receivers/{receiver}', options);
      context.printDone(changed, `${id} is changed`);
    });
}

/** Throws UsageError for a file that cannot be read. The message does not quote the file, which may hold secrets. */
function settingsIn(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--settings ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const settings = parseJson(text);
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new UsageError(`--settings ${file}: the file must hold a JSON object, as {"url": "https://…"}`);
  return settings as Record<string, unknown>;
}

/** Returns undefined for malformed JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function stateOf({ enabled, online }: Receiver): string {
  if (!enabled) return 'disabled';
  return online ? 'online' : 'away';
}

/** Returns the secrets of a new receiver, which are shown once, with its id. */
function secretsOf(made: CreatedReceiver): [CreatedReceiver, Record<string, string>] {
  const { receiver, ...secrets } = made;
  return [made, Object.assign({ id: receiver.id }, secrets)];
}

const factsOf = (receiver: Receiver) => ({
  id: receiver.id,
  name: receiver.name,
  kind: receiver.kind,
  region: receiver.region,
  site: receiver.site,
  groups: receiver.groups.join(' '),
  state: stateOf(receiver),
  seen: receiver.seenAt,
  'free bytes': receiver.freeBytes,
  notices: receiver.held,
  'files in transfer': receiver.running,
  settings: JSON.stringify(receiver.settings),
  created: receiver.createdAt,
  changed: receiver.changedAt,
});
