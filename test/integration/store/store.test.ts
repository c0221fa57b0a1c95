import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { lanes, type TestDatabase } from '../../support/dynamodb.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { attemptTests } from './attempts.ts';
import { bodyTests } from './bodies.ts';
import { cardTests } from './cards.ts';
import { contactTests } from './contacts.ts';
import { conversationTests } from './conversations.ts';
import { deliveryTests } from './deliveries.ts';
import { overdueTests } from './overdue.ts';
import { recordsTests } from './records.ts';
import { rejectedTests } from './rejected.ts';
import { sideBySideTests } from './side-by-side.ts';
import type { StoreTests } from './support.ts';
import { tokenTests } from './tokens.ts';
import { waitingTests } from './waiting.ts';

/** A JVM, and six megabytes in and out, take their time on a busy machine. */
jest.setTimeout(90_000);

const tests: readonly (readonly [string, StoreTests])[] = [
  ['a conversation', conversationTests],
  ['a chat’s card', cardTests],
  ['copies of a chat that are handled side by side', sideBySideTests],
  ['a delivery', deliveryTests],
  ['attempts at a delivery', attemptTests],
  ['a delivery that is overdue', overdueTests],
  ['a contact', contactTests],
  ['an access token', tokenTests],
  ['a body', bodyTests],
  ['a hook that waits for the queue', waitingTests],
  ['a refused body', rejectedTests],
  ['what an operator looks at', recordsTests],
];

describe.each(lanes())('on $lane', ({ start }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());

  describe.each(tests)('%s', (_name, define) => {
    let table: ProbedTable;
    beforeAll(async () => {
      table = await database.newTable();
    });
    define(() => table);
  });
});
