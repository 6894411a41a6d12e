// nginx with its RTMP module as a foreign CDN: on loopback, in a folder of its own, started and killed by a test.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../../base/runtime/test/support/free-port.ts';
import { NginxProcess } from '../../../../base/runtime/test/support/nginx.ts';

/** Debian's folder, then others'. */
const MODULES = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'];

export class NginxRtmp extends NginxProcess {
  /**
   * Starts an nginx with an application `live`.
   * @param directives further directives of that application: `push …;`, `on_publish …;`
   */
  static async start(directives = '', o: { connectionsMax?: number } = {}): Promise<NginxRtmp> {
    const nginx = new NginxRtmp(await freePort(), directives, o.connectionsMax ?? 64);
    await nginx.run();
    return nginx;
  }

  private constructor(port: number, directives: string, connectionsMax: number) {
    super(port);
    const module = MODULES.map((folder) => join(folder, 'ngx_rtmp_module.so')).find((file) => existsSync(file));
    if (module === undefined) throw new Error('nginx has no RTMP module here: npm run setup -- test');
    const application = `application live { live on; ${directives} }`;
    writeFileSync(
      join(this.folder, 'nginx.conf'),
      [
        `load_module ${module};`,
        'daemon off; master_process off; pid nginx.pid; error_log stderr;',
        `events { worker_connections ${connectionsMax}; }`,
        `rtmp { access_log off; server { listen 127.0.0.1:${port}; chunk_size 4096; ${application} } }`,
      ].join('\n'),
    );
  }

  url(key: string): string {
    return `rtmp://127.0.0.1:${this.port}/live/${key}`;
  }
}
