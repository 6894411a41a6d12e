export * from './answer.ts';
export * from './description.ts';
export * from './offer.ts';
export * from './text.ts';
