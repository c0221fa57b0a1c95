import { fileURLToPath } from 'node:url';
import shared from '../../jest.config.js';

/** The long run is for an evening: FAULT_MINUTES says how long. */
const long = process.env.FAULT_MINUTES !== undefined;

export default {
  ...shared,
  rootDir: '../..',
  testMatch: long
    ? ['<rootDir>/test/faults/storm.faults.ts']
    : ['<rootDir>/test/faults/{crm,processes,history}.faults.ts'],
  globalSetup: fileURLToPath(import.meta.resolve('./support/seed.ts')),
  // Three stacks at the same time: most of it is waiting.
  maxWorkers: 3,
};
