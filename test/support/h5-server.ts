// A page with the H5 player, and live transport streams for it: a box that is red for half a second and blue for the
// next, with a tone while it is red.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';

const dist = join(import.meta.dirname, '../../sdk-web/dist');
/** What the meeting page's server says, too; see web/server/headers.ts. */
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const page = '<!doctype html><canvas></canvas><button>sound</button><script type="module" src="/page.js"></script>';

/** Writes down what is shown and heard: `marks` of the changes, with the page's time. */
const script = `
import { H5Player } from '/h5.js';
const canvas = document.querySelector('canvas');
const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
window.marks = [];
window.states = [];
let analyser;
const { connect } = AudioNode.prototype;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to === this.context.destination) {
    analyser = new AnalyserNode(this.context, { fftSize: 256 });
    connect.call(this, analyser);
  }
  return connect.call(this, to, ...rest);
};
const last = {};
const mark = (kind, value) => {
  if (value !== last[kind]) marks.push({ kind, value, atMs: performance.now() });
  last[kind] = value;
};
const samples = new Float32Array(256);
function look() {
  requestAnimationFrame(look);
  pixel.drawImage(canvas, 40, 40, 1, 1, 0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  if (green < 40 && Math.abs(red - blue) > 180) mark('box', red > blue ? 'red' : 'blue');
  analyser?.getFloatTimeDomainData(samples);
  mark('tone', samples.some((sample) => Math.abs(sample) > 0.02));
}
look();
// Without the help of a debugger, whose commands count as clicks.
window.player = new H5Player({
  url: 'ws://' + location.host + new URLSearchParams(location.search).get('play'),
  canvas,
  onState: (...args) => states.push(args.filter(Boolean).join(' ')),
});
player.start();
document.querySelector('button').onclick = () => player.setMuted(false);
`;

const box = (color: string, when: string): string => `drawbox=w=160:h=120:color=${color}:t=fill:enable='${when}'`;
const picture = `testsrc2=s=320x240:r=25,${box('red', 'lt(mod(t,1),0.5)')},${box('blue', 'gte(mod(t,1),0.5)')}`;
const sound = "sine=f=1000:r=48000,volume=eval=frame:volume='lt(mod(t,1),0.5)'";
const live = [
  ...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', sound],
  ...['-c:v', 'mpeg1video', '-b:v', '600k', '-g', '25', '-bf', '0', '-c:a', 'mp2', '-b:a', '96k'],
  ...['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1', 'pipe:1'],
];

export class H5Server {
  readonly origin: string;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #encoders = new Set<ChildProcess>();

  private constructor(http: Server) {
    this.#http = http;
    this.origin = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.#sockets = new WebSocketServer({ server: http });
    this.#sockets.on('connection', (socket, { url = '/' }) => this.#serve(socket, url));
  }

  static async start(): Promise<H5Server> {
    const http = createServer((request, response) => {
      const name = request.url?.split('?')[0] ?? '/';
      response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', extname(name) === '.js' ? 'text/javascript' : 'text/html');
      response.end(name === '/page.js' ? script : extname(name) === '.js' ? readFileSync(join(dist, name)) : page);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new H5Server(http);
  }

  /** Ends every connection without a word, as a network does. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#sockets.close();
    this.#http.close();
    await Promise.all([...this.#encoders].map((encoder) => once(encoder, 'close')));
  }

  #serve(socket: WebSocket, url: string): void {
    if (url === '/refused.ts') socket.close(1008, 'TOKEN_EXPIRED: the key is too old');
    else if (url === '/over.ts') socket.close(1000);
    else if (url === '/junk.ts') socket.send(new Uint8Array(200_000));
    else {
      const encoder = spawn('ffmpeg', live, { stdio: ['ignore', 'pipe', 'inherit'] });
      this.#encoders.add(encoder);
      encoder.on('close', () => this.#encoders.delete(encoder));
      encoder.stdout.on('data', (bytes: Uint8Array) => socket.send(bytes));
      socket.on('close', () => encoder.kill('SIGKILL'));
    }
  }
}
