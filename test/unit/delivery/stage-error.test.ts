import { expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { OutOfTime } from '../../../lambda/delivery/batch-loader.ts';
import { type Stage, StageError } from '../../../lambda/delivery/failures.ts';

const lost = new CrmError('reset', { kind: 'retryable' }, { outcomeUnknown: true });
const refused = new CrmError('busy', { kind: 'retryable' });

test.each<[Stage, unknown, boolean, boolean]>([
  ['contact', lost, true, false],
  ['note', lost, true, true],
  ['follow-up', lost, true, true],
  ['note', refused, false, false],
  ['note', new TypeError('a bug'), true, true],
  ['contact', new TypeError('a bug'), true, false],
  ['plan', new TypeError('a bug'), false, false],
  ['note', new OutOfTime(), false, false],
])('after a %s with %s the outcome is unknown: %j, and in doubt: %j', (stage, cause, isOutcomeUnknown, leavesDoubt) => {
  expect(new StageError(stage, cause)).toMatchObject({ isOutcomeUnknown, leavesDoubt });
});
