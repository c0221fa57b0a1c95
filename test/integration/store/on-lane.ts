import { afterAll, beforeAll, describe, jest, test } from '@jest/globals';
import { lanes, type TestDatabase } from '../../support/dynamodb.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { backlogTests } from './backlog.ts';
import { bodyTests } from './bodies.ts';
import { contactTests } from './contacts.ts';
import { conversationTests } from './conversations.ts';
import { deliveryTests } from './deliveries.ts';
import { deviationTests } from './deviations.ts';
import { dueTests, heldTests } from './due.ts';
import { erasureTests } from './erasure.ts';
import { recordsTests } from './records.ts';
import { rejectedTests } from './rejected.ts';
import { sideBySideTests } from './side-by-side.ts';
import { spoolTests } from './spool.ts';
import type { StoreTests } from './support.ts';
import { tokenTests } from './tokens.ts';
import { visitorTests } from './visitors.ts';

/** A JVM, and six megabytes in and out, take their time on a busy machine. */
jest.setTimeout(120_000);

const tests: readonly (readonly [string, StoreTests])[] = [
  ['a chat', conversationTests],
  ['copies of a chat that are handled side by side', sideBySideTests],
  ['a visitor’s chats', visitorTests],
  ['an erasure', erasureTests],
  ['a delivery', deliveryTests],
  ['a delivery that is due', dueTests],
  ['a delivery that is held', heldTests],
  ['the backlog', backlogTests],
  ['a contact lock', contactTests],
  ['an access token', tokenTests],
  ['a body', bodyTests],
  ['a hook that waits for the queue', spoolTests],
  ['a refused body', rejectedTests],
  ['a deviation from the documented format', deviationTests],
  ['what an operator looks at', recordsTests],
];

/** A file for each lane, so that they run side by side. */
export function storeTestsOn(name: 'dynalite' | 'the simulated table' | 'DynamoDB Local'): void {
  const lane = lanes().find(({ lane }) => lane === name);
  if (lane === undefined) {
    test.skip(`on ${name}`, () => {});
    return;
  }

  describe(`on ${name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await lane.start();
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
}
