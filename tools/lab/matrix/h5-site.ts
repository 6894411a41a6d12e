// A page that browsers without WebRTC load: nothing but the SDK's player and publisher of MPEG-1, from its bundle.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const dist = join(import.meta.dirname, '../../../sdk-web/dist');
const page = `<!doctype html><body><script type="module">
  import { H5Player, H5Publisher } from '/h5.js';
  window.h5 = { H5Player, H5Publisher };
</script>`;

export class H5Site {
  readonly url: string;
  readonly #http: Server;

  private constructor(http: Server) {
    this.#http = http;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  }

  static async start(): Promise<H5Site> {
    const http = createServer((request, response) => {
      const file = join(dist, new URL(request.url ?? '/', 'http://page').pathname);
      const isScript = extname(file) === '.js' && existsSync(file);
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? readFileSync(file) : page);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new H5Site(http);
  }

  /** Idempotent. */
  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }
}
