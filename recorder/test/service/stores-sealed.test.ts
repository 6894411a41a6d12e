import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore } from '../../src/stores/file-store.ts';
import { SealKeys } from '../../src/stores/seal.ts';
import { openSealedStore } from '../../src/stores/sealed-store.ts';
import { storeContract } from '../support/stores-contract.ts';

const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'meridian-sealed-'));
const keys = new SealKeys([{ id: 'k1', secret: Buffer.alloc(32, 1) }]);

storeContract('sealed files', async () => {
  const folder = await folderOf();
  return {
    open: async () => openSealedStore({ store: await openFileStore({ folder }), keys }),
    dispose: () => rm(folder, { recursive: true }),
  };
});
