// `npm run sim -- --suite policies`: what other policies between cost first and experience first would have cost and
// gained. Rooms of a trace are played again, with their real joins and leaves, by the code that ships.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createClient, MeridianApiError, type MeridianClient } from '@meridian/api-client';
import type { Command } from 'commander';
import type { Comparison } from '../../../api/src/policies/shapes.ts';
import { countOption, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import { UsageError } from '../options.ts';
import { runPoints } from '../points.ts';
import { STREAM_MBPS } from '../prices.ts';
import { figuresOf, pricesOf, streamsOverTime } from './figures.ts';
import { replayOf } from './replay.ts';
import { checkedTrace, readTrace, type Trace } from './trace.ts';

export interface PoliciesOptions {
  readonly trace?: string;
  readonly api?: string;
  readonly from?: string;
  readonly to?: string;
  readonly rooms?: number;
  readonly publish?: true;
  readonly seed: string;
}

const HOUR_MS = 3_600_000;
/** Of some MB. */
const TRACE_MS_MAX = 60_000;

export const configurePolicies = (command: Command): Command =>
  command
    .option('--trace <file>', 'the answer of GET /cost/trace, kept in a file')
    .option(
      '--api <url>',
      'in place of --trace: address of the page, as https://meet.example.org; MERIDIAN_API_KEY and MERIDIAN_API_SECRET are the key of an operator',
    )
    .option('--from <time>', 'with --api: 2026-11-26T08:00:00Z (6 hours before --to; at most 24)')
    .option('--to <time>', 'with --api (now)')
    .option('--rooms <n>', 'with --api: of a sample, at most 5000 (1000)', countOption)
    .option('--publish', 'with --api: show the comparison in the console')
    .addHelpText(
      'after',
      `
Policies, from cost first to experience first: single (one node a room), direct (the nearest nodes without relays),
relay5 to relay40 (relays for at most so many per cent of the bytes between nodes), relay (wherever they gain).

Nodes, links and prices are those of now. A place is what the IP database said; round trips of its people follow from
distance and what was measured from there. Streams carry ${STREAM_MBPS} Mbit/s; of a sample, nodes cost its share. A day of
1,000 rooms on 120 nodes takes some minutes.`,
    );

/** Plays the trace, publishes if asked to. Throws UsageError with what is wrong. `env`: with the key. */
export async function policiesSuite(
  o: PoliciesOptions,
  say: Say,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LabResult> {
  if ((o.trace === undefined) === (o.api === undefined)) throw new UsageError('either --trace FILE or --api URL');
  const ofApi = (['from', 'to', 'rooms', 'publish'] as const).filter((name) => o[name] !== undefined);
  if (o.api === undefined && ofApi.length > 0) throw new UsageError(`--${ofApi[0]} goes with --api`);
  const client = o.api === undefined ? undefined : clientOf(o.api, env);
  const trace = client === undefined ? readTrace(textOf(o.trace ?? '')) : checkedTrace(await askTrace(client, o));
  const comparison = comparePolicies(trace, o.seed, say);
  if (client !== undefined && o.publish === true) {
    const { id } = await refusedAsUsage(client.post('/cost/policies', { body: comparison }));
    say(`published: ${id}`);
  }
  const { policies, notes, ...params } = comparison;
  for (const note of notes) say(`assumed: ${note}`);
  const rows = policies.map(({ policy, ...figures }): [string, Metrics] => [policy, figures]);
  return { params: { ...params, seed: o.seed }, metrics: { policies: Object.fromEntries(rows) }, missed: [] };
}

/** The same trace and seed give the same comparison. */
export function comparePolicies(trace: Trace, seed: string, say: Say): Comparison {
  const { world, meetings, people, notes } = replayOf(trace, seed);
  say(
    `world: ${trace.rooms.length} rooms, ${people} people, ${world.hosts.length} nodes in ${world.cities.length} cities`,
  );
  const prices = pricesOf(trace);
  const hours = (trace.share * (Date.parse(trace.to) - Date.parse(trace.from))) / HOUR_MS;
  const points = runPoints({
    world,
    meetings,
    seed: `policies ${seed}`,
    streamsOf: streamsOverTime,
    stopsWhenKept: true,
    progress: (name) => say(`${name}: done`),
  });
  return {
    from: trace.from,
    to: trace.to,
    rooms: trace.rooms.length,
    people,
    nodes: trace.nodes.length,
    share: trace.share,
    currency: trace.prices.currency,
    policies: points.map(([policy, run]) => figuresOf(policy, run, { world, prices, hours })),
    notes: [...notes, ...notesOf(trace)],
  };
}

function notesOf({ share, prices }: Trace): string[] {
  const notes = [`Every person sends one stream of ${STREAM_MBPS} Mbit/s to all others of the room.`];
  if (share < 1)
    notes.push('The rooms pay for their share of the nodes, and find these as empty as if there were no other rooms.');
  if (prices.traffic.some(({ unit }) => unit === 'Mbps95'))
    notes.push('Traffic that is paid by its 95th percentile is counted by its mean: real peaks cost more.');
  return notes;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--trace ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function clientOf(url: string, env: Readonly<Record<string, string | undefined>>): MeridianClient {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('--api is the address of the page, as https://meet.example.org');
  const [apiKey, apiSecret] = ['MERIDIAN_API_KEY', 'MERIDIAN_API_SECRET'].map((name) => {
    const value = env[name] ?? '';
    if (value === '') throw new UsageError(`${name} is not set: --api needs the key of an operator`);
    return value;
  });
  return createClient({ url, apiKey: apiKey ?? '', apiSecret: apiSecret ?? '', timeoutMs: TRACE_MS_MAX });
}

const askTrace = (client: MeridianClient, { from, to, rooms }: PoliciesOptions): Promise<unknown> => {
  const given = Object.entries({ from, to, rooms }).filter(([, value]) => value !== undefined);
  return refusedAsUsage(client.get('/cost/trace', { params: { query: Object.fromEntries(given) } }));
};

/** A refusal of the api, or no answer of it, is shown as an error of usage, without a stack. */
async function refusedAsUsage<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof MeridianApiError)) throw error;
    const fields = error.errors.map(({ pointer, detail }) => ` ${pointer}: ${detail}`).join(';');
    throw new UsageError(`--api: ${error.code}: ${error.message}${fields}`, { cause: error });
  }
}
