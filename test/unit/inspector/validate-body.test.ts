import { expect, test } from '@jest/globals';
import { validateBody } from '../../../inspector/forwarder/replay.ts';
import { snapshot } from '../smartsupp/api/snapshots.ts';

test('a replay takes what deliver can read, and says why it does not take the rest', () => {
  const hook = { accountId: 208, channel: { id: 1 } };
  expect(validateBody(JSON.stringify(hook))).toEqual({ ok: true, conversationId: '208:1' });
  expect(validateBody(JSON.stringify(snapshot))).toEqual({ ok: true, conversationId: '208:coXU9u5VscuzW' });
  expect(validateBody(JSON.stringify({ ...snapshot, version: 2 }))).toMatchObject({ ok: false, reason: 'invalid' });
  expect(validateBody('no JSON')).toMatchObject({ ok: false, reason: 'not-json' });
});
