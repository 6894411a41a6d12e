import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { limitOption } from '../options.ts';

const uses = ['share', 'own'] as const;
interface ListOptions {
  readonly by?: string;
  readonly use?: (typeof uses)[number];
  readonly limit: number;
}

export function addFileLinks(program: Command, context: Context): void {
  const links = program.command('file-links').description('open links to files of the library').helpCommand(false);
  links
    .command('list')
    .description('lists open links, newest first')
    .option('--by <maker>', 'only links of this maker, as user:ID or key:ID')
    .addOption(new Option('--use <use>', 'share: to give away; own: of a page for its user').choices(uses))
    .addOption(limitOption())
    .action(({ by, use, limit }: ListOptions) => {
      const query = { ...(by !== undefined && { createdBy: by }), ...(use !== undefined && { use }) };
      const columns = ['id', 'item', 'may', 'use', 'by', 'created', 'expires'];
      return context.list(context.api.list('/file-links', { params: { query } }), limit, columns, (one) => [
        ...[one.id, one.item, one.may, one.use, one.createdBy, one.createdAt, one.expiresAt],
      ]);
    });
  links
    .command('end <link>')
    .description('ends a link, and what it opened')
    .action(async (fileLink: string) => {
      await context.api.delete('/file-links/{fileLink}', { params: { path: { fileLink } } });
      context.printDone({ id: fileLink }, `${fileLink} is ended`);
    });
  links
    .command('end-all <user>')
    .description('ends all links to files that a user made')
    .action(async (user: string) => {
      await context.api.delete('/users/{user}/file-links', { params: { path: { user } } });
      context.printDone({ user }, `all links to files that ${user} made are ended`);
    });
}
