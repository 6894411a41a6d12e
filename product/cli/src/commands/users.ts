import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { group, limitOption } from '../options.ts';

interface CreateOptions {
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  /** The server checks the role. */
  readonly role?: 'admin' | 'host' | 'member';
}

export function addUsers(program: Command, context: Context): void {
  const users = group(program, 'users', 'users who sign in to the pages');
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
    .requiredOption('--email <address>', 'e-mail with which the user signs in')
    .requiredOption('--name <name>', 'display name')
    .option('--id <id>', 'id, which is the identity in rooms too; default: random')
    .option('--role <role>', 'admin, host or member')
    .action(async (body: CreateOptions) => {
      const user = await context.api.post('/users', { body });
      context.printOne(user, { id: user.id, email: user.email, name: user.name, role: user.role });
    });
  users
    .command('password-link <id>')
    .description('creates a link with which the user chooses a password; shown once')
    .action(async (user: string) => {
      const link = await context.api.post('/users/{user}/password-link', { params: { path: { user } } });
      context.printDone(link, link.url);
    });
  for (const active of [false, true])
    users
      .command(`${active ? 'activate' : 'deactivate'} <id>`)
      .description(active ? 'lets the user sign in again' : "ends the user's sessions and refuses new ones")
      .action(async (id: string) => {
        const { api } = context;
        const path = { user: id };
        const { response } = await api.http.GET('/users/{user}', { params: { path } });
        const header = { 'If-Match': response.headers.get('etag') ?? '' };
        const user = await api.patch('/users/{user}', { params: { path, header }, body: { active } });
        context.printDone(user, `${id} is ${active ? '' : 'in'}active`);
      });
  users.command('delete <id>').action(async (id: string) => {
    await context.api.delete('/users/{user}', { params: { path: { user: id } } });
    context.printDone({ id }, `${id} is deleted`);
  });
}
