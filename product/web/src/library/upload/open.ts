// The upload queue, loaded only for users who may upload.
import type { AdminPorts } from '../../admin/ports.ts';
import type { LibraryApi } from '../api.ts';
import { UploadQueue } from './queue.ts';
import { clientOfUploads, sendBy } from './sending.ts';

export const openQueue = (api: LibraryApi, { run }: Pick<AdminPorts, 'run'>): UploadQueue =>
  new UploadQueue({
    send: sendBy(clientOfUploads(location.origin), run),
    forget: api.giveUp,
    nowMs: () => performance.now(),
  });
