// `npm run lab -- versions` upgrades a cloud of an older version step by step to this version, keeps it mixed for a
// while, and rolls a part back. Meanwhile a call, an encoder, requests and webhooks go on.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Option } from 'commander';
import type { Browser } from 'playwright-core';
import { startPostgres } from '../../../product/api/test/support/postgres.ts';
import { countOption, type LabCase, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import { launchChromium } from '../../test/support/browser.ts';
import { closeResources, registerResource } from '../../test/support/resources.ts';
import { writeVoice } from '../../test/support/voice.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { carryOver } from './carry-over.ts';
import { VersionsCloud } from './cloud.ts';
import { Company } from './company.ts';
import { mismatchLines } from './mismatch-lines.ts';
import { Stage } from './stage.ts';
import { presentTree, treeOf, type Version } from './trees.ts';

const gapAimMs = 1000;
/** Longest gap of the encoder's picture in addition to the start of its gateway, after which it reconnects. */
const showAimMs = 3000;
const linesShown = 5;
const quietMs = 10_000;

export const versions: LabCase = {
  name: 'versions',
  summary: 'an older version beside this one, on the wire and in the database: upgrade in steps, mixed, and back',
  configure: (command) =>
    void command
      .requiredOption('--before <ref>', 'commit or tag of the older version, for example v0.1.0')
      .addOption(new Option('--only <part>', 'only this part').choices(['carry-over']))
      .option('--minutes <n>', 'time with both versions side by side', countOption, 60)
      .option('--keep <dir>', 'folder in which the older version stays for later runs; by default it is temporary'),
  run: async (options, say) => {
    const { before, minutes, keep, only } = options as {
      before: string;
      minutes: number;
      keep?: string;
      only?: 'carry-over';
    };
    try {
      const { cloud, balancer } = await beginCloud({ before, keep }, say);
      if (only === 'carry-over') return await carryOver(cloud, { before, apiUrl: balancer.url }, say);
      const { stage, company } = await beginUse(cloud, balancer);
      const run = new Run({ cloud, stage, company, balancer, say });
      await run.upgrade();
      await run.mixed(minutes);
      await run.finish();
      await run.rollBack();
      return await run.result({ before, minutes });
    } finally {
      await closeResources(say);
    }
  },
};

interface Resources {
  readonly cloud: VersionsCloud;
  readonly stage: Stage;
  readonly company: Company;
  readonly balancer: Balancer;
}

async function beginCloud(
  { before, keep }: { before: string; keep: string | undefined },
  say: Say,
): Promise<Pick<Resources, 'cloud' | 'balancer'>> {
  const treesFolder = keep ?? temporary('the older version');
  const trees = { before: await treeOf(before, treesFolder, say), after: await presentTree() };
  const postgres = await startPostgres();
  registerResource('PostgreSQL', () => postgres.stop());
  const portOffset = 8000 + (process.pid % 150) * 100;
  const balancer = await startBalancer(VersionsCloud.apiPorts(portOffset));
  registerResource('the balancer', () => balancer.close());
  const cloud = new VersionsCloud({
    trees,
    stateDir: mkdtempSync(join(tmpdir(), 'meridian-versions-')),
    portOffset,
    databaseUrl: await postgres.database(),
    apiUrl: balancer.url,
  });
  await cloud.start();
  say('the cloud runs the older version');
  return { cloud, balancer };
}

async function beginUse(cloud: VersionsCloud, balancer: Balancer): Promise<Pick<Resources, 'stage' | 'company'>> {
  const company = await Company.start(balancer.url, cloud.testCloud.secrets().devKey);
  registerResource('the company', () => company.close());
  const stage = await Stage.open(cloud.testCloud, await browserWithVoice());
  return { stage, company };
}

function temporary(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-versions-'));
  registerResource(what, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function browserWithVoice(): Promise<Browser> {
  const voice = join(temporary('the voice'), 'voice.wav');
  writeVoice(voice);
  return launchChromium([`--use-file-for-fake-audio-capture=${voice}`]);
}

class Run {
  readonly #o: Resources & { readonly say: Say };
  readonly #metrics: Record<string, Metrics> = {};
  readonly #missed: string[] = [];

  constructor(o: Resources & { readonly say: Say }) {
    this.#o = o;
  }

  /** Upgrades in the order of the guide: standby, leader, an api, and half of the other services. */
  async upgrade(): Promise<void> {
    await this.#measured('quiet', () => pause(quietMs));
    const { frankfurt, singapore } = await this.#o.stage.homes();
    const ids = ['centre-2', 'centre', 'api', 'sig-fra', frankfurt, singapore, 'gw-fra', 'web'];
    for (const id of ids) await this.#replace('up', id, 'after');
  }

  /** Repeats visits by both pages, bookings, and moves between nodes of both versions for so many minutes. */
  async mixed(minutes: number): Promise<void> {
    const { stage, cloud, company, say } = this.#o;
    const endMs = performance.now() + minutes * 60_000;
    const pages = [cloud.testCloud.pageUrl, cloud.secondPageUrl];
    for (let round = 1; round === 1 || performance.now() < endMs; round += 1) {
      const page = pages[round % 2] ?? '';
      const from = round % 4 < 2 ? 'frankfurt' : 'singapore';
      await this.#measured('mixed visit', () => stage.visit(page, from));
      await this.#measured('mixed booking', () => stage.booking(company, page));
      if (round % 2 === 0) continue;
      const homes = await stage.homes();
      await this.#measured('mixed move frankfurt', () => stage.drain(homes.frankfurt));
      await this.#measured('mixed move singapore', () => stage.drain(homes.singapore));
      const places = (now: object): string =>
        Object.values(now)
          .map((id: string) => `${id} (${cloud.versionOf(id)})`)
          .join(', ');
      say(`round ${round}: ${places(homes)} -> ${places(await stage.homes())}`);
    }
  }

  async finish(): Promise<void> {
    const { cloud } = this.#o;
    for (const id of cloud.ids.filter((one) => one !== 'redis' && cloud.versionOf(one) === 'before'))
      await this.#replace('up', id, 'after');
  }

  async rollBack(): Promise<void> {
    const { frankfurt } = await this.#o.stage.homes();
    for (const id of ['sig-fra', frankfurt]) await this.#replace('back', id, 'before');
    const { cloud, say } = this.#o;
    try {
      await this.#replace('back', 'api', 'before');
      await this.#measured('back visit', () => this.#o.stage.visit(cloud.testCloud.pageUrl, 'frankfurt'));
      this.#metrics['back api'] = Object.assign({}, this.#metrics['back api'], { starts: 1 });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const isClear = text.includes('a later version has migrated the database');
      say(`the api does not go back: ${isClear ? 'the database is of a later version' : text}`);
      this.#metrics['back api'] = { starts: 0 };
      if (!isClear)
        this.#missed.push('back api: the api does not start, and does not report that the database is newer');
      await cloud.replace('api', 'after');
    }
  }

  async #replace(direction: 'up' | 'back', id: string, version: Version): Promise<void> {
    const { cloud, say } = this.#o;
    let took = { stopMs: 0, startMs: 0 };
    // A region has one gateway, so its encoder is away until the new gateway listens.
    const showMsMax = (): number => (id.startsWith('gw-') ? took.startMs + showAimMs : gapAimMs);
    await this.#measured(
      `${direction} ${id}`,
      async () => {
        took = await cloud.replace(id, version);
      },
      showMsMax,
    );
    const name = `${direction} ${id}`;
    this.#metrics[name] = Object.assign({}, this.#metrics[name], took);
    say(`${name.padEnd(24)} ${JSON.stringify(this.#metrics[name])}`);
  }

  /** Measures the gaps during an act. Under each name the worst values count. */
  async #measured(name: string, act: () => Promise<unknown>, showMsMax = (): number => gapAimMs): Promise<void> {
    const { audio, video, show } = await this.#o.stage.gapsDuring(act);
    const before = this.#metrics[name] as Record<string, number> | undefined;
    const worst = (key: string, ms: number): number => Math.max(ms, before?.[key] ?? 0);
    this.#metrics[name] = {
      audioGapMs: worst('audioGapMs', audio),
      videoGapMs: worst('videoGapMs', video),
      showGapMs: worst('showGapMs', show),
      times: (before?.['times'] ?? 0) + 1,
      // The load average of the last minute is recorded, since gaps on a busy machine say nothing about versions.
      load: worst('load', loadavg()[0] ?? 0),
    };
    const noteLate = (what: string, ms: number, aimMs: number): void =>
      void (ms > aimMs && this.#missed.push(`${name}: ${what} ${ms} ms, aim ${aimMs} ms`));
    noteLate('longest gap of sound', audio, gapAimMs);
    noteLate('longest gap of picture', video, gapAimMs);
    noteLate("longest gap of the encoder's picture", show, showMsMax());
  }

  async result(params: { before: string; minutes: number }): Promise<LabResult> {
    const { cloud, stage, company, balancer, say } = this.#o;
    await stage.close();
    const faults = await company.faultsAtEnd(stage.identities, say);
    const strange = cloud.ids.flatMap((id) => mismatchLines(cloud.testCloud.log(id)).map((line) => `${id}: ${line}`));
    const lists = { faults, strange, failed: balancer.failed, deaths: cloud.deaths.map((one) => JSON.stringify(one)) };
    const words = {
      faults: 'requests, webhooks and records are complete and in order',
      strange: 'no log has a line of what one version does not understand',
      failed: 'no request was answered 5xx or broke off',
      deaths: 'no process died by itself',
    };
    for (const [name, list] of Object.entries(lists)) {
      if (list.length > 0) this.#missed.push(`${words[name as keyof typeof words]}: ${list.length}`);
      for (const line of list.slice(0, linesShown)) say(`${name}: ${line.slice(0, 600)}`);
    }
    const counts = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.length]));
    const requestCounts = { requests: company.requests, webhooks: company.webhooks, people: stage.identities.length };
    return {
      params,
      metrics: Object.assign({}, this.#metrics, requestCounts, counts),
      missed: this.#missed,
    };
  }
}
