// Serves pages with LiveKit's unmodified packages from an origin of their own, as a company that used LiveKit before:
// `/` is LiveKit's ready-made meeting page, `/example/` the page of docs/livekit.md. Both read `?url=` and `&token=`.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

const pages = join(import.meta.dirname, 'prefab');
const guide = join(import.meta.dirname, '../../../../docs/livekit.md');

/** Returns a block of docs/livekit.md by its name; throws when there is none. */
export function exampleOf(name: string): string {
  const [, code] = new RegExp(`\`\`\`js example=${name}\\n([\\s\\S]*?)\`\`\``).exec(readFileSync(guide, 'utf8')) ?? [];
  if (code === undefined) throw new Error(`docs/livekit.md has no example ${name}`);
  return code;
}

export class PrefabServer {
  readonly origin: string;
  readonly #http: Server;

  private constructor(http: Server) {
    this.#http = http;
    this.origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  /** Builds the pages in memory and serves them at a free port; rejects when the build fails. */
  static async start(): Promise<PrefabServer> {
    const files = await bundle();
    const http = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://page');
      const file = files.get(aliases.get(pathname) ?? pathname);
      // Browsers request an icon.
      if (file === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': file.type }).end(file.body);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new PrefabServer(http);
  }

  /** Closes even connections that browsers keep open. */
  async stop(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }
}

interface ServedFile {
  readonly body: string | Uint8Array;
  readonly type: string;
}

const aliases = new Map([
  ['/', '/index.html'],
  ['/example/', '/example.html'],
]);
const types = new Map([
  ['js', 'text/javascript'],
  ['css', 'text/css'],
]);
const typeOf = (path: string): string => types.get(path.split('.').at(-1) ?? '') ?? 'text/html';

/** Returns the built files by path. They are not minified: that takes longer than it saves a browser. */
async function bundle(): Promise<ReadonlyMap<string, ServedFile>> {
  const built = await build({
    root: pages,
    configFile: false,
    logLevel: 'error',
    plugins: [example()],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: ['index.html', 'example.html'].map((name) => join(pages, name)) },
    },
  });
  if (!('output' in built)) throw new Error('vite answered several bundles, or a watcher');
  return new Map(
    built.output.map((one) => {
      const body = one.type === 'chunk' ? one.code : one.source;
      return [`/${one.fileName}`, { body, type: typeOf(one.fileName) }];
    }),
  );
}

/** Returns the module of `/example/`: the page's code, plus the two names that it leaves undefined. */
function example(): Plugin {
  const id = join(pages, 'example.js');
  const query = 'const { url, token } = Object.fromEntries(new URLSearchParams(location.search));\n';
  return {
    name: 'example-of-the-guide',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('virtual:example') ? id : undefined),
    load: (path) => (path === id ? query + exampleOf('livekit-call') : undefined),
  };
}
