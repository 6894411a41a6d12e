// Whether this service sends mails: what the pages say of invitations depends on it.
import { createContext, useContext } from 'react';

/** Undefined: not known (yet), and nothing is said of mails. */
export const MailContext = createContext<boolean | undefined>(undefined);

export const useMail = (): boolean | undefined => useContext(MailContext);
