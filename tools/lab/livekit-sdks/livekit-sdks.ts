// `npm run lab -- livekit-sdks`: LiveKit's SDKs, unmodified, and ours in one room over two regions. Each client acts in
// turn and all others have to notice, so every pair is tried in both directions.
import { type ClientKind, clientKinds } from '../../../test/support/livekit/agent.ts';
import { Stage } from '../../../test/support/livekit/stage.ts';
import type { LabCase, Metrics, Say } from '../../support/case.ts';
import type { SdkCase } from './case.ts';
import { Company, type Member } from './company.ts';
import { faultCases } from './fault-cases.ts';
import { codecCases, layerCases } from './media-cases.ts';
import { type Cell, failuresOf, type Outcome, tableOf, wordOf } from './table.ts';
import { talkCases } from './talk-cases.ts';

const cases: readonly SdkCase[] = [...talkCases, ...codecCases, ...layerCases, ...faultCases];
/** Of one client in one case; it ends a hang. */
const CASE_MS_MAX = 120_000;

export const livekitSdks: LabCase = {
  name: 'livekit-sdks',
  summary: "LiveKit's SDKs for browsers, Node and Python and ours in one room over two regions, pair by pair (root)",
  configure: (command) =>
    void command
      .option('--only <cases>', `separated by commas: ${cases.map(({ name }) => name).join(', ')}`)
      .option('--clients <list>', 'which, separated by commas', clientKinds.join(',')),
  run: async (options, say) => {
    const kinds = kindsOf(String(options['clients']));
    const chosen = options['only'] === undefined ? cases : casesOf(String(options['only']));
    const cells = await runAll(kinds, chosen, say);
    for (const line of tableOf(cells, kinds)) say(line);
    return { params: { clients: kinds.join(',') }, metrics: metricsOf(cells), missed: failuresOf(cells) };
  },
};

function casesOf(list: string): readonly SdkCase[] {
  const names = list.split(',');
  const unknown = names.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`there is no case ${unknown}: ${cases.map(({ name }) => name).join(', ')}`);
  return cases.filter(({ name }) => names.includes(name));
}

function kindsOf(list: string): readonly ClientKind[] {
  const names = list.split(',');
  const unknown = names.find((name) => !clientKinds.some((kind) => kind === name));
  if (unknown !== undefined) throw new Error(`there is no client ${unknown}: ${clientKinds.join(', ')}`);
  const kinds = clientKinds.filter((kind) => names.includes(kind));
  if (kinds.length < 2) throw new Error('it takes two clients');
  return kinds;
}

async function runAll(kinds: readonly ClientKind[], chosen: readonly SdkCase[], say: Say): Promise<Cell[]> {
  const stage = await Stage.open({ firefox: kinds.includes('firefox') });
  const cells: Cell[] = [];
  let company: Company | undefined;
  const note = (client: ClientKind, what: string, outcome: Outcome): void => {
    cells.push({ client, what, outcome });
    say(`${what} of ${client}: ${wordOf(outcome)}${outcome.kind === 'failed' ? `: ${outcome.why}` : ''}`);
  };
  /** A company that has failed is not used again. */
  const outcomesOf = async (what: SdkCase, actors: readonly ClientKind[]): Promise<void> => {
    const startMs = performance.now();
    try {
      company ??= await Company.open(stage, kinds);
    } catch (error) {
      for (const kind of actors) note(kind, what.name, failed(startMs, new Error('not all came in', { cause: error })));
      return;
    }
    const members = company.members.filter(({ kind }) => actors.includes(kind));
    const outcomes = await judge(what, company, members);
    for (const [kind, outcome] of outcomes) note(kind, what.name, outcome);
    const isWell = outcomes.every(([, { kind }]) => kind === 'ok') && (await isCalm(company));
    if (!isWell) {
      await company.close();
      company = undefined;
    }
  };
  try {
    for (const what of chosen) {
      for (const kind of kinds) {
        const why = what.not?.[kind];
        if (why !== undefined) note(kind, what.name, { kind: 'not', why });
      }
      const actors = kinds.filter((kind) => what.not?.[kind] === undefined);
      if ('together' in what) await outcomesOf(what, actors);
      else for (const kind of actors) await outcomesOf(what, [kind]);
    }
    return cells;
  } finally {
    await company?.close();
    await stage.close();
  }
}

async function judge(
  what: SdkCase,
  company: Company,
  members: readonly Member[],
): Promise<(readonly [ClientKind, Outcome])[]> {
  const startMs = performance.now();
  let check: (member: Member) => Promise<void>;
  try {
    check = 'together' in what ? await within(what.together(company)) : (member) => what.each(company, member);
  } catch (error) {
    return members.map(({ kind }) => [kind, failed(startMs, error)]);
  }
  return Promise.all(
    members.map(async (member) => {
      try {
        await within(check(member));
        return [member.kind, { kind: 'ok', seconds: (performance.now() - startMs) / 1000 }] as const;
      } catch (error) {
        return [member.kind, failed(startMs, error)] as const;
      }
    }),
  );
}

const isCalm = (company: Company): Promise<boolean> =>
  within(company.calm()).then(
    () => true,
    () => false,
  );

function failed(startMs: number, error: unknown): Outcome {
  const words: string[] = [];
  for (let one = error; one instanceof Error && words.length < 3; one = one.cause) words.push(one.message);
  const why = words.length === 0 ? String(error) : words.join(': ');
  return { kind: 'failed', seconds: (performance.now() - startMs) / 1000, why: why.split('\n')[0] ?? '' };
}

async function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not over after ${CASE_MS_MAX} ms`)), CASE_MS_MAX);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function metricsOf(cells: readonly Cell[]): Metrics {
  const rows: Record<string, Record<string, string>> = {};
  for (const { client, what, outcome } of cells) {
    rows[what] ??= {};
    rows[what][client] = wordOf(outcome);
  }
  return rows;
}
