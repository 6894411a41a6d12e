export type * from '@meridian/opener/core';
