/** Quality of a state, for its colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet';
