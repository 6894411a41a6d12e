// A released migration never changes; older versions use the database too (core/later-migrations.ts). Next: 0072.
import type { Migration } from 'kysely/migration';
import { tenants } from './0001-tenants.ts';
import { rooms } from './0002-rooms.ts';
import { files } from './0003-files.ts';
import { sessions } from './0004-sessions.ts';
import { operations } from './0005-operations.ts';
import { roomSids } from './0065-room-sids.ts';
import { fileLinks } from './0066-file-links.ts';
import { tokenUses } from './0067-token-uses.ts';
import { linkMakers } from './0068-link-makers.ts';
import { recordingContents } from './0069-recording-contents.ts';
import { foundAndShared } from './0070-found-and-shared.ts';
import { steeredQueue } from './0071-steered-queue.ts';

export const migrations: Record<string, Migration> = {
  '0001-tenants': tenants,
  '0002-rooms': rooms,
  '0003-files': files,
  '0004-sessions': sessions,
  '0005-operations': operations,
  '0065-room-sids': roomSids,
  '0066-file-links': fileLinks,
  '0067-token-uses': tokenUses,
  '0068-link-makers': linkMakers,
  '0069-recording-contents': recordingContents,
  '0070-found-and-shared': foundAndShared,
  '0071-steered-queue': steeredQueue,
};
