export type * from '@meridian/room-media/core';
