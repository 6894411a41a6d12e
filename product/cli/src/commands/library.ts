import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { size } from '../core/progress.ts';
import { durationS } from '../core/words.ts';
import { limitOption, splitList, word } from '../options.ts';
import { type UploadWords, uploadFiles } from '../upload-files.ts';

const kinds = ['video', 'audio', 'image', 'document'] as const;
const taskStates = ['running', 'waiting', 'delayed'] as const;
const visibilities = ['private', 'tenant'] as const;
type Visibility = (typeof visibilities)[number];
interface ListOptions {
  readonly text?: string;
  readonly tag?: string;
  readonly kind?: (typeof kinds)[number];
  readonly all?: boolean;
  readonly limit: number;
}
interface Change {
  title?: string;
  description?: string;
  tags?: string[];
  visibility?: Visibility;
}

const visibilityOption = (): Option =>
  new Option('--visibility <visibility>', 'private: for its owner and administrators; tenant: for all users').choices(
    visibilities,
  );

export function addLibrary(program: Command, context: Context): void {
  const library = program.command('library').description('uploaded files').helpCommand(false);
  library
    .command('upload <file...>')
    .description('uploads files; run the same command again to continue after an interruption')
    .option('--title <title>', 'title of a single file; default: the name of the file')
    .option('--tags <tags>', 'tags, separated by commas', splitList)
    .addOption(visibilityOption())
    .option('--owner <user>', 'id of the user who owns the item')
    .action((files: string[], about: UploadWords) => uploadFiles(context, files, about));
  library
    .command('list')
    .description('lists items, newest first')
    .option(
      '--text <words>',
      'only items with these words, or words that begin so, in title, tags, description or name',
    )
    .option('--tag <tag>', 'only items with this tag')
    .addOption(new Option('--kind <kind>', 'by content').choices(kinds))
    .option('--all', 'lists all items, without a limit')
    .addOption(limitOption())
    .action((o: ListOptions) => listItems(context, o));
  addOfOne(library, context);
  addTasks(library, context);
  library
    .command('usage')
    .description('storage in use, and its limits')
    .action(async () => {
      const usage = await context.api.get('/library/usage');
      const { items, bytes, bytesMax } = usage;
      context.printOne(usage, { items, kept: size(bytes), 'at most': bytesMax === 0 ? 'no limit' : size(bytesMax) });
    });
}

function listItems(context: Context, { all = false, limit, text, tag, kind }: ListOptions): Promise<void> {
  const query = {
    ...(text !== undefined && { text }),
    ...(tag !== undefined && { tag }),
    ...(kind !== undefined && { kind }),
  };
  return context.list(
    context.api.list('/library/items', { params: { query } }),
    all ? Number.POSITIVE_INFINITY : limit,
    ['id', 'state', 'kind', 'bytes', 'duration ms', 'created', 'tags', 'title'],
    (item) => [
      ...[item.id, item.state, item.kind, item.bytes, item.media?.durationMs, item.createdAt],
      ...[item.tags.join(' '), item.title],
    ],
  );
}

function addTasks(library: Command, context: Context): void {
  library
    .command('tasks')
    .description('background tasks that wait or run, such as renditions, newest first')
    .addOption(new Option('--state <state>', 'only tasks in this state').choices(taskStates))
    .addOption(limitOption())
    .action(({ limit, ...query }: { state?: (typeof taskStates)[number]; limit: number }) =>
      context.list(
        context.api.list('/library/tasks', { params: { query } }),
        limit,
        ['id', 'kind', 'state', 'position', 'urgent', 'done', 'created', 'item', 'failure', 'title'],
        (one) => [
          ...[one.id, one.kind, one.state, one.position, one.urgent, `${Math.floor(one.done * 100)} %`],
          ...[one.createdAt, one.item, one.failure && `${one.failure.code}: ${one.failure.detail}`, one.title],
        ],
      ),
    );
  library
    .command('urgent <task>')
    .description('makes a task precede the other tasks of the tenant')
    .option('--undo', 'makes it normal again')
    .action(async (task: string, { undo = false }: { undo?: boolean }) => {
      const options = { params: { path: { task } }, body: { urgent: !undo } };
      const shown = await context.api.post('/library/tasks/{task}/order', options);
      context.printDone(shown, `${task} is ${shown.urgent ? 'urgent' : 'normal'}`);
    });
}

/** Adds the commands for a single item. */
function addOfOne(library: Command, context: Context): void {
  library.command('show <item>').action(async (item: string) => {
    const foundItem = await context.api.get('/library/items/{item}', { params: { path: { item } } });
    const { id, title, description, name, state, failure, kind, type, bytes, media, visibility, owner } = foundItem;
    context.printOne(foundItem, {
      id,
      title,
      description,
      name,
      state,
      kind,
      type,
      bytes,
      visibility,
      owner,
      'duration ms': media?.durationMs,
      tags: foundItem.tags.join(' '),
      created: foundItem.createdAt,
      changed: foundItem.changedAt,
      failure: failure && `${failure.code}: ${failure.detail}`,
    });
  });
  library
    .command('change <item>')
    .option('--title <title>', 'title')
    .option('--description <text>', 'description')
    .option('--tags <tags>', 'replaces the tags, separated by commas', splitList)
    .addOption(visibilityOption())
    .action(async (item: string, body: Change) => {
      if (Object.keys(body).length === 0)
        throw new UsageError('nothing to change: give --title, --description, --tags …');
      const changed = await context.api.patch('/library/items/{item}', { params: { path: { item } }, body });
      context.printDone(changed, `${item} is changed`);
    });
  library
    .command('delete <item>')
    .description('deletes an item, and its file unless another item has the same')
    .action(async (item: string) => {
      await context.api.delete('/library/items/{item}', { params: { path: { item } } });
      context.printDone({ id: item }, `${item} is deleted`);
    });
  library
    .command('links [item]')
    .description('lists open links to files, of one item or of all')
    .addOption(limitOption())
    .action((item: string | undefined, { limit }: { limit: number }) => {
      const links =
        item === undefined
          ? context.api.list('/library/links', { params: { query: {} } })
          : context.api.list('/library/items/{item}/links', { params: { path: { item }, query: {} } });
      const columns = ['id', 'item', 'may', 'by', 'created', 'expires'];
      return context.list(links, limit, columns, (one) => [
        ...[one.id, one.item, one.may, one.createdBy, one.createdAt, one.expiresAt],
      ]);
    });
  library
    .command('end-link <link>')
    .description('ends a link, and what it opened')
    .action(async (fileLink: string) => {
      await context.api.delete('/library/links/{fileLink}', { params: { path: { fileLink } } });
      context.printDone({ id: fileLink }, `${fileLink} is ended`);
    });
  library
    .command('link <item>')
    .description('creates a link by which anyone opens the file')
    .option('--expires <duration>', 'lifetime of the link, at most 7d', word(durationS))
    .option('--download', 'the browser saves the file instead of playing it')
    .action(async (item: string, o: { expires?: number; download?: boolean }) => {
      const body = {
        ...(o.expires !== undefined && { expiresInS: o.expires }),
        ...(o.download === true && { may: 'download' as const }),
      };
      const link = await context.api.post('/library/items/{item}/links', { params: { path: { item } }, body });
      context.printDone(link, link.url);
    });
}
