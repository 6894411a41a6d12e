// What is recorded: a picture that flashes white and a beep, both at each whole second, so that a file shows by itself
// what is missing and how far sound and picture are apart.
import { type ChildProcess, spawn } from 'node:child_process';
import { owned } from '../../../test/support/owned.ts';

/** Before an encoder connects again; programs for live shows may be set to a second. */
const AGAIN_MS = 500;
const FLASH = "drawbox=color=white:t=fill:enable='lt(mod(t\\,1)\\,0.1)'";
const BEEP = "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1)':s=48000";
const INPUTS = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=30,${FLASH}`, '-re', '-f', 'lavfi', '-i', BEEP];
const CODING = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p'],
  ...['-b:v', '1200k', '-maxrate', '1200k', '-bufsize', '600k', '-c:a', 'aac', '-b:a', '96k'],
];

/** An encoder by RTMP, begun anew whenever its connection ends. */
export class FlashAndBeep {
  readonly #url: string;
  readonly #disown = owned('a flashing encoder', () => this.close());
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  /** Connections that ended by themselves. */
  restarts = 0;

  constructor(url: string) {
    this.#url = url;
    this.#begin();
  }

  /** Idempotent. */
  close(): void {
    this.#isOver = true;
    this.#disown();
    clearTimeout(this.#timer);
    this.#process?.kill('SIGKILL');
  }

  #begin(): void {
    const args = ['-loglevel', 'quiet', '-nostdin', ...INPUTS, ...CODING, '-f', 'flv', this.#url];
    this.#process = spawn('ffmpeg', args, { stdio: 'ignore' });
    this.#process.once('close', () => {
      if (this.#isOver) return;
      this.restarts += 1;
      this.#timer = setTimeout(() => this.#begin(), AGAIN_MS);
    });
  }
}
