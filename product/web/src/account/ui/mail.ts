import { createContext, useContext } from 'react';

/** Undefined while unknown: texts then do not mention mail. */
export const MailContext = createContext<boolean | undefined>(undefined);

export const useMail = (): boolean | undefined => useContext(MailContext);
