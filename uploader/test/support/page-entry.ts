// The program of the test's page: `start()` uploads the chosen file, `stop()` aborts that.
import { browserSource, type UploadApi, UploadError, upload } from '../../src/index.ts';

interface Test {
  call(name: string, ...args: unknown[]): Promise<never>;
  phases: string[];
  start(): Promise<string>;
  stop(): void;
}
const test = globalThis as unknown as Test;
const aborter = new AbortController();
const api: UploadApi = {
  // What is undefined comes as null.
  find: async (fingerprint) => (await test.call('find', fingerprint)) ?? undefined,
  create: (body, key) => test.call('create', body, key),
  prove: (id, sha256) => test.call('prove', id, sha256),
  get: (id) => test.call('get', id),
};

test.phases = [];
test.stop = () => aborter.abort();
test.start = async () => {
  const [file] = document.querySelector('input')?.files ?? [];
  if (file === undefined) return 'no file';
  try {
    const { state } = await upload({
      source: browserSource(file),
      api,
      about: {},
      signal: aborter.signal,
      onProgress: ({ phase }) => {
        if (test.phases.at(-1) !== phase) test.phases.push(phase);
      },
    });
    return state;
  } catch (error) {
    return error instanceof UploadError ? error.code : String(error);
  }
};
