// Webhooks, and `listen`, which forwards events to a service on this machine.
import type { WebhookEvent } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { WordError } from '../core/words.ts';
import { type ListenOptions, listen } from '../listen.ts';
import { each, group, limitOption, text, word } from '../options.ts';

export function addWebhooks(program: Command, context: Context): void {
  const webhooks = group(program, 'webhooks', 'receivers of events');
  webhooks
    .command('create <url>')
    .description('creates a webhook; its secret is shown once')
    .option('--event <name>', 'only events of this name; may be given several times', each(text))
    .option('--description <text>', 'description')
    .action(async (url: string, o: { event?: string[]; description?: string }) => {
      const events = o.event as Exclude<WebhookEvent['event'], 'webhook.tested'>[] | undefined;
      const body = { url, ...(events && { events }), ...(o.description && { description: o.description }) };
      const made = await context.api.post('/webhooks', { body });
      context.printOne(made, {
        id: made.id,
        url: made.url,
        secret: made.secret,
        events: made.events.join(' ') || 'all',
      });
    });
  webhooks
    .command('list')
    .addOption(limitOption())
    .action(({ limit }: { limit: number }) =>
      context.list(context.api.list('/webhooks'), limit, ['id', 'enabled', 'events', 'url'], (hook) => [
        ...[hook.id, hook.enabled, hook.events.join(' ') || 'all', hook.url],
      ]),
    );
  webhooks.command('delete <id>').action(async (webhook: string) => {
    await context.api.delete('/webhooks/{webhook}', { params: { path: { webhook } } });
    context.printDone({ id: webhook }, `${webhook} is deleted`);
  });
  webhooks
    .command('test <id>')
    .description('sends a test event')
    .action(async (webhook: string) => {
      const attempt = await context.api.post('/webhooks/{webhook}/test', { params: { path: { webhook } } });
      const { status, error, tookMs } = attempt;
      context.printOne(attempt, { delivered: attempt.delivered, answered: status || error, 'took ms': tookMs });
      if (error === 'TARGET_REFUSED' && !context.isJson)
        context.io.err('The server sends nothing to such an address; its operator can allow it (egressAllow).');
    });
  webhooks
    .command('deliveries <id>')
    .description('lists deliveries, newest first')
    .option('--state <state>', 'pending, delivered, failed or cancelled')
    .addOption(limitOption())
    .action((webhook: string, { state, limit }: { state?: string; limit: number }) => {
      const params = { path: { webhook }, query: state === undefined ? {} : { state } };
      const rows = context.api.list('/webhooks/{webhook}/deliveries', { params });
      return context.list(rows, limit, ['id', 'event', 'state', 'tries', 'answered', 'created'], (row) => [
        ...[row.id, row.event, row.state, row.attempts, row.lastStatus || row.lastError, row.createdAt],
      ]);
    });
  webhooks
    .command('replay <id> <delivery>')
    .description('sends a delivery again')
    .action(async (webhook: string, delivery: string) => {
      const params = { path: { webhook, delivery } };
      const answer = await context.api.post('/webhooks/{webhook}/deliveries/{delivery}/replay', { params });
      context.printDone(answer ?? { id: delivery }, `${delivery} is sent again`);
    });
  webhooks
    .command('listen')
    .description('forwards events from now on to a service on this machine, signed like webhooks')
    .requiredOption('--forward-to <url>', 'as http://localhost:3000/hook', word(httpUrl))
    .option('--secret <whsec>', 'signing secret; default: MERIDIAN_WEBHOOK_SECRET, or a new one that is shown')
    .option('--room <name>', 'only events of this room')
    .option('--event <name>', 'only events of this name; may be given several times', each(text))
    .action((o: ListenOptions) => listen(context, o));
}

function httpUrl(typed: string): string {
  if (!URL.canParse(typed) || !/^https?:$/.test(new URL(typed).protocol))
    throw new WordError('an address must look like http://localhost:3000/hook');
  return typed;
}
