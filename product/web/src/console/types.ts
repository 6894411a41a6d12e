// Shapes of the console's answers, for its pages.
export * from './core/types.ts';
