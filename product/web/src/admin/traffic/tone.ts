export type Tone = 'good' | 'warn' | 'bad' | 'quiet';
