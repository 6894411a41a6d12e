// nginx as an edge, with the configuration that we write for operators, on loopback and in a folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { NginxProcess } from '../../../base/runtime/test/support/nginx.ts';
import { edgeConfig } from '../../../infra/ops/src/edge/nginx.ts';
import type { EdgeFile } from '../../../infra/ops/src/edge/parts.ts';

export type EdgeFrom = Pick<EdgeFile, 'secret' | 'regionals'> & Partial<Pick<EdgeFile, 'gateways' | 'libraries'>>;

export interface NginxOptions {
  readonly connectionsMax?: number;
  /** Default: a free port. */
  readonly port?: number;
  /** Prefix of an edge's folders for small files; default: within its own folder. */
  readonly memory?: string;
  /** Option of an edge; default: not set. */
  readonly viewersPerAddress?: number;
}

export class Nginx extends NginxProcess {
  static edge(from: EdgeFrom, o: NginxOptions = {}): Promise<Nginx> {
    return Nginx.start(
      ({ port, folder }) =>
        edgeConfig({
          gateways: [],
          libraries: [],
          ...from,
          domain: 'edge.example.org',
          listen: [`127.0.0.1:${port}`],
          folder: join(folder, 'cache'),
          memory: o.memory ?? join(folder, 'memory'),
          cacheGigabytes: 1,
          libraryGigabytes: 1,
          viewersPerAddress: o.viewersPerAddress ?? 400,
          allowedOrigins: ['*'],
        }),
      o,
    );
  }

  static async start(
    http: (place: { readonly port: number; readonly folder: string }) => string,
    { connectionsMax = 1024, port }: NginxOptions = {},
  ): Promise<Nginx> {
    const nginx = new Nginx(port ?? (await freePort()));
    const { folder } = nginx;
    mkdirSync(join(folder, 'logs'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; pcre_jit on;
worker_rlimit_nofile ${4 * connectionsMax};
events { worker_connections ${connectionsMax}; }
http { ${temporary.join(' ')}
${http(nginx)}
}`,
    );
    await nginx.run();
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
}
