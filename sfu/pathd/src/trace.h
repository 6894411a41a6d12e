// The rules without a socket: for tests and for the simulation of link-days.
#ifndef PATHD_TRACE_H
#define PATHD_TRACE_H

/** Events from stdin, decisions to stdout; see trace.c. */
int trace_replay(void);
/** The test vector of the SipHash paper's appendix A: its value in hexadecimal. */
int trace_siphash(void);
/** SEED DAYS PACKETS-PER-SECOND LOSS BURST-MS: one link with two paths for so many days; prints what the rules did. */
int trace_simulate(char **arguments);

#endif
