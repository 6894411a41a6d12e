// The S3 store against a server in memory; peers/stores-s3.test.ts uses a real one.
import { openS3Store } from '../../src/s3-store.ts';
import type { Store } from '../../src/store.ts';
import { ScriptedS3 } from '../support/scripted-s3.ts';
import { storeContract } from '../support/stores-contract.ts';

const open = ({ endpoint }: ScriptedS3): Store =>
  openS3Store({
    endpoint,
    region: 'us-east-1',
    bucket: 'recordings',
    prefix: 'below/',
    forcePathStyle: true,
    credentials: { accessKeyId: 'recorder', secretAccessKey: 'a secret of tests' },
  });

storeContract('S3 in memory', async () => {
  const s3 = await ScriptedS3.start();
  return { open: () => Promise.resolve(open(s3)), dispose: () => s3.stop() };
});
