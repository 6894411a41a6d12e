export const EMAIL = /^[^\s@<>(),;:"\\[\]\p{Cc}\p{Cs}]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,186}[A-Za-z0-9])?$/u;

/** Returns the address in lower case, for comparisons. */
export const emailOf = (text: string): string => text.normalize('NFC').toLowerCase();
