export * from './bounds.ts';
export * from './errors.ts';
export * from './file-types.ts';
export * from './ranges.ts';
