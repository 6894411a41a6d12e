import type { Answer, components } from '@meridian/api-client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../core/failure.ts';
import { facts, table } from '../core/table.ts';
import { instant } from '../core/words.ts';
import { limitOption, splitList, word } from '../options.ts';
import { addReceivers } from './receivers.ts';

type Order = components['schemas']['DistributionOrder'];
type OrderBody = components['schemas']['NewOrder'];
type OrderChange = components['schemas']['OrderChange'];
type History = Answer<'/distribution/history', 'get'>;
type Overview = Answer<'/distribution/overview', 'get'>;

const priorities = ['urgent', 'normal', 'bulk'] as const;
type Priority = (typeof priorities)[number];
const orderStates = ['running', 'completed', 'cancelled'] as const;
const deliveryStates = ['waiting', 'noticed', 'done', 'failed', 'cancelled'] as const;
const historyGroups = ['day', 'region', 'receiver', 'priority'] as const;
interface AskedHistory {
  readonly from?: string;
  readonly to?: string;
  readonly by: (typeof historyGroups)[number];
  readonly receiver?: string;
}
interface ListedOrders {
  readonly state?: (typeof orderStates)[number];
  readonly item?: string;
  readonly limit: number;
}
interface NewOrder {
  readonly all?: true;
  readonly receivers?: string[];
  readonly groups?: string[];
  readonly regions?: string[];
  readonly priority?: Priority;
  readonly deadline?: string;
}
interface ChangedOrder {
  readonly priority?: Priority;
  /** false for `--no-deadline`. */
  readonly deadline?: string | false;
  readonly pause?: true;
  readonly resume?: true;
  readonly add?: string[];
  readonly remove?: string[];
}
interface ListedDeliveries {
  readonly order?: string;
  readonly receiver?: string;
  readonly state?: (typeof deliveryStates)[number];
  readonly priority?: Priority;
  readonly late?: true;
  readonly limit: number;
}

export function addDistribution(program: Command, context: Context): void {
  const distribution = program
    .command('distribution')
    .description('sends files of the library to receivers')
    .helpCommand(false);
  addReceivers(distribution, context);
  addOrders(distribution, context);
  addDeliveries(distribution, context);
  addHistory(distribution, context);
  distribution
    .command('overview')
    .description('counts open, late and failed deliveries by region and priority')
    .action(async () => {
      const overview = await context.api.get('/distribution/overview');
      context.printDone(overview, textOf(overview));
    });
}

function addOrders(distribution: Command, context: Context): void {
  distribution
    .command('orders')
    .description('lists orders, newest first')
    .addOption(new Option('--state <state>', 'only orders in this state').choices(orderStates))
    .option('--item <item>', 'only orders of this item')
    .addOption(limitOption())
    .action(({ limit, ...query }: ListedOrders) =>
      context.list(
        context.api.list('/distribution/orders', { params: { query } }),
        limit,
        ['id', 'state', 'priority', 'done', 'failed', 'late', 'deadline', 'created', 'title'],
        (one) => [
          ...[one.id, one.state, one.priority, doneOf(one), one.failed, one.late],
          ...[one.deadlineAt, one.createdAt, one.title],
        ],
      ),
    );
  const order = distribution.command('order').description('creates and cancels orders').helpCommand(false);
  order
    .command('create <item>')
    .description('sends the file of an item to the receivers that exist now')
    .option('--all', 'to all receivers')
    .option('--receivers <ids>', 'to these receivers, separated by commas', splitList)
    .option('--groups <groups>', 'to the receivers of any of these groups', splitList)
    .option('--regions <regions>', 'to the receivers of any of these regions', splitList)
    .addOption(new Option('--priority <priority>', 'the higher priority is sent first').choices(priorities))
    .option('--deadline <time>', 'time by which the file must have arrived, as 2027-01-04T09:00', word(instant))
    .action((item: string, o: NewOrder) => createOrder(context, item, o));
  order.command('show <order>').action(async (id: string) => {
    const found = await context.api.get('/distribution/orders/{order}', { params: { path: { order: id } } });
    context.printOne(found, factsOf(found));
  });
  order
    .command('change <order>')
    .description('changes a running order; its receivers hear of it within seconds')
    .addOption(new Option('--priority <priority>', 'new priority').choices(priorities))
    .option('--deadline <time>', 'new time by which the file must have arrived, as 2027-01-04T09:00', word(instant))
    .option('--no-deadline', 'removes the deadline')
    .option('--pause', 'its deliveries wait')
    .addOption(new Option('--resume', 'its deliveries go on').conflicts('pause'))
    .option('--add <receivers>', 'adds these receivers, separated by commas', splitList)
    .option('--remove <receivers>', 'takes these receivers away, separated by commas', splitList)
    .action((id: string, o: ChangedOrder) => changeOrder(context, id, o));
  order
    .command('cancel <order>')
    .description('cancels the deliveries that have not ended; delivered files stay')
    .action(async (id: string) => {
      await context.api.delete('/distribution/orders/{order}', { params: { path: { order: id } } });
      context.printDone({ id }, `${id} is cancelled`);
    });
}

async function changeOrder(context: Context, id: string, o: ChangedOrder): Promise<void> {
  const body: OrderChange = {};
  if (o.priority !== undefined) body.priority = o.priority;
  if (o.deadline === false) body.deadlineAt = null;
  else if (typeof o.deadline === 'string') body.deadlineAt = o.deadline;
  if (o.pause === true || o.resume === true) body.paused = o.pause === true;
  if (o.add !== undefined) body.addTo = { receivers: o.add };
  if (o.remove !== undefined) body.removeFrom = o.remove;
  if (Object.keys(body).length === 0) throw new UsageError('say what changes: --priority, --deadline, --pause …');
  const options = { params: { path: { order: id } }, body };
  const changed = await context.api.patch('/distribution/orders/{order}', options);
  context.printOne(changed, factsOf(changed));
}

async function createOrder(context: Context, item: string, o: NewOrder): Promise<void> {
  const { priority, deadline, ...to } = o;
  if (Object.keys(to).length === 0)
    throw new UsageError('name the receivers: --all, --receivers, --groups or --regions');
  const body: OrderBody = { item, to };
  if (priority !== undefined) body.priority = priority;
  if (deadline !== undefined) body.deadlineAt = deadline;
  const made = await context.api.post('/distribution/orders', { body });
  context.printDone(made, `${made.id} goes to ${made.total} ${made.total === 1 ? 'receiver' : 'receivers'}`);
}

function addDeliveries(distribution: Command, context: Context): void {
  distribution
    .command('deliveries')
    .description('lists deliveries, newest first')
    .option('--order <order>', 'only deliveries of this order')
    .option('--receiver <receiver>', 'only deliveries to this receiver')
    .addOption(new Option('--state <state>', 'only deliveries in this state').choices(deliveryStates))
    .addOption(new Option('--priority <priority>', 'only deliveries of this priority').choices(priorities))
    .option('--late', 'only deliveries that missed their deadline')
    .addOption(limitOption())
    .action(({ limit, ...query }: ListedDeliveries) =>
      context.list(
        context.api.list('/distribution/deliveries', { params: { query } }),
        limit,
        ['id', 'order', 'receiver', 'region', 'priority', 'state', 'late', 'attempts', 'created', 'ended', 'failure'],
        (one) => [
          ...[one.id, one.order, one.receiver, one.region, one.priority, one.state, one.late, one.attempts],
          ...[one.createdAt, one.endedAt, one.failure && `${one.failure.code}: ${one.failure.detail}`],
        ],
      ),
    );
  distribution
    .command('queue <receiver>')
    .description('the open deliveries of a receiver, in the order in which it fetches them')
    .action(async (receiver: string) => {
      const options = { params: { path: { receiver } } };
      const queue = await context.api.get('/distribution/receivers/{receiver}/queue', options);
      const names = ['place', 'delivery', 'order', 'priority', 'state', 'because', 'expected', 'bytes'];
      const rows = queue.deliveries.map((one) => [
        ...[one.paused ? 'paused' : one.position, one.id, one.order, one.priority, one.state],
        ...[one.reasons.map(({ code }) => code).join(' '), one.expectedAt, one.bytes],
      ]);
      context.printDone(queue, `${table(names, rows)}\n\n${queue.open} open, ${queue.openBytes} bytes`);
    });
  distribution
    .command('retry <delivery>')
    .description('retries a failed delivery')
    .action(async (delivery: string) => {
      const options = { params: { path: { delivery } } };
      const again = await context.api.post('/distribution/deliveries/{delivery}/retry', options);
      context.printDone(again, `${delivery} is ${again.state}`);
    });
}

function addHistory(distribution: Command, context: Context): void {
  distribution
    .command('history')
    .description('what was delivered, by day, region, receiver or priority')
    .option('--from <day>', 'first day in UTC, as 2026-11-01; default: 29 days before the last')
    .option('--to <day>', 'last day in UTC, as 2026-11-30; default: today')
    .addOption(new Option('--by <what>', 'what each row stands for').choices(historyGroups).default('day'))
    .option('--receiver <receiver>', 'only deliveries to this receiver')
    .action(async (query: AskedHistory) => {
      const history = await context.api.get('/distribution/history', { params: { query } });
      const names = [query.by, 'done', 'failed', 'cancelled', 'late', 'bytes', 'from neighbours', 'mean ms'];
      const { peakDay } = history;
      const peak = peakDay && `The peak was ${peakDay.day}, with ${peakDay.done} files.`;
      const rows = table(names, history.rows.map(historyCells));
      context.printDone(history, peak === undefined ? rows : `${rows}\n\n${peak}`);
      if (!history.complete) context.io.err('The rows with the fewest deliveries are left out.');
    });
}

const historyCells = (row: History['rows'][number]) => [
  ...[row.key, row.done, row.failed, row.cancelled, row.late, row.bytes, row.neighbourBytes, row.meanMs],
];

const doneOf = ({ done, total }: Order): string => `${done}/${total}`;

const factsOf = (order: Order) => ({
  id: order.id,
  item: order.item,
  title: order.title,
  file: order.name,
  bytes: order.bytes,
  to: JSON.stringify(order.to),
  priority: order.priority,
  paused: order.paused,
  heat: order.heat,
  deadline: order.deadlineAt,
  state: order.state,
  done: doneOf(order),
  failed: order.failed,
  cancelled: order.cancelled,
  late: order.late,
  by: order.createdBy,
  created: order.createdAt,
  ended: order.endedAt,
});

function textOf({ deliveries, late, oldestWaitingAt, receivers, ...rest }: Overview): string {
  const { online, away, disabled } = receivers;
  const orderFacts = facts({
    waiting: deliveries.waiting,
    noticed: deliveries.noticed,
    failed: deliveries.failed,
    late,
    'oldest waiting': oldestWaitingAt,
    'done in the last hour': deliveries.done,
    'cancelled in the last hour': deliveries.cancelled,
    receivers: `${online} online, ${away} away, ${disabled} disabled`,
  });
  const regions = rest.byRegion.map((one) => [one.region, one.open, one.late, one.failed]);
  const byPriority = rest.byPriority.map((one) => [one.priority, one.open, one.done, one.p50Ms, one.p99Ms]);
  const channels = rest.channels.map((one) => [one.name, one.up ? 'up' : 'down', one.waiting]);
  const tables = [
    table(['region', 'open', 'late', 'failed'], regions),
    table(['priority', 'open', 'done', 'p50 ms', 'p99 ms'], byPriority),
    table(['channel', 'state', 'pending receipts'], channels),
  ];
  return [orderFacts, ...tables].join('\n\n');
}
