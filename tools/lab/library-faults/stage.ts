// A whole cloud with two library nodes, four receivers at edge sites, one of a region, one by SFTP, and its stores.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng } from '@meridian/runtime';
import { type Postgres, startPostgres } from '../../../api/test/support/postgres.ts';
import { PASSWORD, SftpServer } from '../../../distribution/test/support/sftp-server.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { owned } from '../../../test/support/owned.ts';
import { type Receiver as Hook, startReceiver } from '../../support/webhook-receiver.ts';
import { all, type Company, companyOf } from './company.ts';
import { type Notified, startNotified } from './notified.ts';

export const nodes = ['lib-fra', 'lib-sgp'] as const;
export const sites = ['rcv-fra', 'rcv-fra-2', 'rcv-sgp', 'rcv-sgp-2'] as const;
export const DATABASE = 'database';
export const UPLOAD = 'upload';

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly kind: 'agent' | 'region' | 'sftp';
}

export class Stage {
  readonly cloud: TestCloud;
  readonly company: Company;
  readonly postgres: Postgres | undefined;
  readonly hook: Hook;
  readonly notified: Notified;
  readonly folder: string;
  /** In the order of plans. */
  readonly places: readonly Place[];

  /** What it opens is closed by `closeOwned`. */
  static async open(o: { readonly seed: number; readonly postgres: boolean }): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-library-faults-'));
    owned('files', () => rmSync(folder, { recursive: true, force: true }));
    const postgres = o.postgres ? await startPostgres() : undefined;
    owned('the database', () => postgres?.stop());
    const hook = await startReceiver(seededRng(`hook ${o.seed}`));
    owned('what hears webhooks', () => hook.close());
    const notified = await startNotified();
    owned('what hears of files', () => notified.close());
    const sftp = new SftpServer(join(folder));
    const port = await sftp.start();
    owned('the server of SFTP', () => sftp.stop());
    const cloud = await TestCloud.start({ extraArgs: cloudArgs(notified.url, await postgres?.database()) });
    owned('the cloud', () => cloud.stop());
    const company = companyOf(cloud);
    const { secret } = await company.post('/webhooks', { body: { url: hook.url } });
    hook.trust(secret);
    await company.post('/distribution/receivers', { body: { kind: 'region', name: 'region', region: 'singapore' } });
    const account = { host: '127.0.0.1', port, username: 'meridian', password: PASSWORD };
    const settings = Object.assign({ hostKey: sftp.hostKey, path: '/', verify: true }, account);
    const pushed = { kind: 'sftp', name: 'sftp', region: 'frankfurt', settings } as const;
    await company.post('/distribution/receivers', { body: pushed });
    const places = (await all(company.list('/distribution/receivers'))) as unknown as Place[];
    places.sort((a, b) => (a.name < b.name ? -1 : 1));
    return new Stage({ cloud, company, postgres, hook, notified, folder, places });
  }

  private constructor(o: Pick<Stage, 'cloud' | 'company' | 'postgres' | 'hook' | 'notified' | 'folder' | 'places'>) {
    this.cloud = o.cloud;
    this.company = o.company;
    this.postgres = o.postgres;
    this.hook = o.hook;
    this.notified = o.notified;
    this.folder = o.folder;
    this.places = o.places;
  }

  /** What can be killed and frozen. */
  get targets(): string[] {
    const centres = ['centre', 'centre-2', 'redis'];
    const stores = this.postgres === undefined ? [] : [DATABASE];
    return ['api', ...centres, 'redis-notices', ...stores, ...nodes, ...sites];
  }
}

function cloudArgs(notifyUrl: string, databaseUrl: string | undefined): string[] {
  const own = { renditions: { enabled: false }, distributionTargets: ['127.0.0.0/8'] };
  const configs = [...nodes.map((id) => [id, own]), ...sites.map((id) => [id, { notifyUrl }])];
  const api = Object.assign({ egressAllow: ['127.0.0.0/8'] }, databaseUrl === undefined ? {} : { databaseUrl });
  return [
    '--standby',
    '--distribution',
    '--receivers-per-region',
    String(sites.length / 2),
    '--log-level',
    'info',
    '--process-configs',
    JSON.stringify(Object.fromEntries(configs)),
    '--api-config',
    JSON.stringify(api),
  ];
}
