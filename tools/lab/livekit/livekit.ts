// `npm run lab -- livekit`: LiveKit's server API on a whole cloud by its SDK for Python, unmodified. The SDK
// for Node is tested by test/e2e/rooms-api.test.ts.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestCloud } from '../../../test/support/cloud.ts';
import { pythonWithLivekit } from '../../../test/support/livekit/clients.ts';
import type { LabCase } from '../../support/case.ts';

const CALLS_MS_MAX = 60_000;

export const livekit: LabCase = {
  name: 'livekit',
  summary: 'rooms and participants by livekit-api of PyPI: answered as LiveKit’s own server does',
  run: async (_options, say) => {
    const cloud = await TestCloud.start();
    try {
      const { key, secret } = cloud.secrets().devKey;
      const script = join(import.meta.dirname, 'calls.py');
      const args = [script, cloud.pageUrl, key, secret];
      const { stdout } = await promisify(execFile)(pythonWithLivekit(), args, { timeout: CALLS_MS_MAX });
      say(stdout.trim());
      return { params: {}, metrics: { calls: Number(/\d+/.exec(stdout)?.[0] ?? 0) }, missed: [] };
    } finally {
      await cloud.stop();
    }
  },
};
