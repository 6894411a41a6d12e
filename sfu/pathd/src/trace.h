// The rules without a socket, for tests and for the simulation of link-days.
#ifndef PATHD_TRACE_H
#define PATHD_TRACE_H

/** Reads events from stdin, writes decisions to stdout; see trace.c. */
int trace_replay(void);
/** Prints the test vector of the SipHash paper's appendix A in hexadecimal. */
int trace_siphash(void);
/**
 * Simulates one link with two paths and prints the rules' decisions. Arguments: SEED DAYS PACKETS-PER-SECOND LOSS
 * BURST-MS [WORSE-LOSS].
 */
int trace_simulate(char **arguments);

#endif
