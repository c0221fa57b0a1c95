import { createRandom as createSeeded, type Random } from '../../support/random.ts';

export type { Random };

/**
 * Random numbers that FAULT_SEED repeats, a row of its own for each purpose. So what is sent, what fails and what is
 * killed when are the same again; how the machine interleaves it all is not.
 */
export const createRandom = (purpose: string): Random => createSeeded(`${process.env['FAULT_SEED']} ${purpose}`);
