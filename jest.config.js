import { availableParallelism } from 'node:os';

export default {
  // The sources are ES modules that Node 24 runs as they are; inside jest they become CommonJS, whose modules load lazily.
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Published as ES modules alone, which jest cannot load as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(@apidevtools|commander|dom-serializer|domelementtype|domhandler|domutils|entities|htmlparser2|leven|request-filtering-agent)/)',
  ],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  // Twice the cores: much of what is tested waits for a time or for other processes.
  maxWorkers: 2 * availableParallelism(),
  // Generous: real servers and processes on a machine that may be busy.
  testTimeout: 120_000,
  // A busy machine takes a second to free a worker's memory; a worker that something keeps alive is still told of.
  workerGracefulExitTimeout: 10_000,
  testSequencer: '<rootDir>/test/sequencer.js',
  globalSetup: '<rootDir>/test/global-setup.ts',
};
