// Users of the tenant.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { group, limitOption } from '../options.ts';

interface CreateOptions {
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  /** The server judges it. */
  readonly role?: 'admin' | 'host' | 'member';
}

export function addUsers(program: Command, context: Context): void {
  const users = group(program, 'users', 'users that sign in to the page');
  users
    .command('list')
    .addOption(limitOption())
    .action(({ limit }: { limit: number }) =>
      context.list(context.api.list('/users'), limit, ['id', 'email', 'name', 'role', 'active'], (user) => [
        ...[user.id, user.email, user.name, user.role, user.active],
      ]),
    );
  users
    .command('create')
    .requiredOption('--email <address>', 'by which it signs in')
    .requiredOption('--name <name>', 'as others see it')
    .option('--id <id>', 'also its identity in rooms; random if absent')
    .option('--role <role>', 'admin, host or member')
    .action(async (body: CreateOptions) => {
      const user = await context.api.post('/users', { body });
      context.one(user, { id: user.id, email: user.email, name: user.name, role: user.role });
    });
  users
    .command('password-link <id>')
    .description('a link by which the user chooses a password; shown once')
    .action(async (user: string) => {
      const link = await context.api.post('/users/{user}/password-link', { params: { path: { user } } });
      context.done(link, link.url);
    });
  for (const active of [false, true])
    users
      .command(`${active ? 'activate' : 'deactivate'} <id>`)
      .description(active ? 'it may sign in again' : 'its sessions end, and it cannot sign in')
      .action(async (id: string) => {
        const { api } = context;
        const path = { user: id };
        const { response } = await api.http.GET('/users/{user}', { params: { path } });
        const header = { 'If-Match': response.headers.get('etag') ?? '' };
        const user = await api.patch('/users/{user}', { params: { path, header }, body: { active } });
        context.done(user, `${id} is ${active ? '' : 'in'}active`);
      });
  users.command('delete <id>').action(async (id: string) => {
    await context.api.delete('/users/{user}', { params: { path: { user: id } } });
    context.done({ id }, `${id} is deleted`);
  });
}
