// A web page as what is recorded: it flashes and beeps at each whole second of its sound's clock, as that is heard:
// `currentTime` is ahead of it by what the output takes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const HTML = `<!doctype html><body style="margin:0"><canvas id=c width=1280 height=720></canvas><script>
const drawing = c.getContext('2d');
const audio = new AudioContext();
const tone = new OscillatorNode(audio, { frequency: 1000 });
const gain = new GainNode(audio, { gain: 0 });
tone.connect(gain).connect(audio.destination);
tone.start();
let beeps = 0;
const draw = () => {
  const now = audio.getOutputTimestamp().contextTime;
  for (; beeps < now + 2; beeps += 1) {
    gain.gain.setValueAtTime(0.5, beeps + 1);
    gain.gain.setValueAtTime(0, beeps + 1.1);
  }
  drawing.fillStyle = now % 1 < 0.1 ? 'white' : 'black';
  drawing.fillRect(0, 0, 1280, 720);
  drawing.fillStyle = 'red';
  drawing.fillRect((now * 200) % 1280, 300, 40, 40);
  requestAnimationFrame(draw);
};
draw();
</script>`;

/** Serves it at a free port of loopback until it is closed. */
export async function flashingPage(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(HTML));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
