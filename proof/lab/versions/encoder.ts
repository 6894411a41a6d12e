// An encoder for live shows. It sends a moving picture and a tone by RTMP, and reconnects whenever its connection ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { h264, pictureInput, soundInput } from '../../test/support/ffmpegs.ts';
import { registerResource } from '../../test/support/resources.ts';

const reconnectMs = 500;

export class Encoder {
  readonly #url: string;
  readonly #unregister = registerResource('an encoder', () => this.close());
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(url: string) {
    this.#url = url;
    this.#begin();
  }

  close(): void {
    this.#isOver = true;
    this.#unregister();
    clearTimeout(this.#timer);
    this.#process?.kill('SIGKILL');
  }

  #begin(): void {
    const coding = [...h264(), '-b:v', '400k', '-c:a', 'aac', '-b:a', '96k'];
    const args = ['-loglevel', 'quiet', '-nostdin', ...pictureInput, ...soundInput, ...coding, '-f', 'flv', this.#url];
    this.#process = spawn('ffmpeg', args, { stdio: 'ignore' });
    this.#process.once('close', () => {
      if (!this.#isOver) this.#timer = setTimeout(() => this.#begin(), reconnectMs);
    });
  }
}
