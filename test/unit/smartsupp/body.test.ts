import { describe, expect, test } from '@jest/globals';
import {
  joinBodies,
  readChat,
  readConversation,
  readSources,
  sourceOf,
  splitBody,
} from '../../../lambda/smartsupp/body.ts';
import { apiId, aTalk, hookId, hookOf, snapshotOf } from '../../fixtures/told-by-both.ts';

const talk = aTalk();
const [hook, api] = [hookOf(talk), snapshotOf(talk)];

test('a body of both sources gives both back, and is JSON that anybody can read', () => {
  const joined = joinBodies(hookId(talk), { hook, api });
  expect(splitBody(joined)).toEqual({ id: hookId(talk), hook, api });
  expect(JSON.parse(joined)).toEqual({
    smartsupp: 'both',
    version: 1,
    id: hookId(talk),
    hook: JSON.parse(hook),
    api: JSON.parse(api),
  });
});

test('one source may be missing yet', () => {
  const joined = joinBodies(hookId(talk), { api });
  expect(splitBody(joined)).toEqual({ id: hookId(talk), hook: undefined, api });
  expect(readConversation(joined)).toMatchObject({ id: hookId(talk), channelId: 'co55039', tags: ['VIP'] });
});

test('ids beyond 2^53 keep their digits, and a byte order mark is no part of it', () => {
  const large = `\ufeff{"accountId": 208, "channel": {"id": 90071992547409931234}}`;
  const joined = joinBodies('208:90071992547409931234', { hook: large, api });
  expect(readSources(joined)?.hook?.id).toBe('208:90071992547409931234');
});

test.each([
  ['a hook', hook, 'hook'],
  ['what is no JSON', 'hello', 'hook'],
  ['a hook with a field of that name', '{"smartsupp": "yes", "accountId": 1, "channel": {"id": 2}}', 'hook'],
  ['a snapshot', api, 'api'],
  ['both, which comes from nobody', joinBodies('208:1', { hook, api }), undefined],
])('the source of %s', (_what, body, source) => {
  expect(sourceOf(body)).toBe(source);
});

describe('what cannot be read is no chat', () => {
  test.each([
    ['of a later release', '{"smartsupp":"both","version":2,"id":"208:1","hook":null,"api":null}'],
    ['without any source', '{"smartsupp":"both","version":1,"id":"208:1","hook":null,"api":null}'],
    ['with a hook that is none', '{"smartsupp":"both","version":1,"id":"208:1","hook":{"a":1},"api":null}'],
    ['with a snapshot that is none', `{"smartsupp":"both","version":1,"id":"208:1","hook":${hook},"api":{"a":1}}`],
    ['cut off', '{"smartsupp":"both","version":1,"id":"208:1","hook":{'],
  ])('%s', (_what, body) => {
    expect(readChat(body)).toBeUndefined();
    expect(readConversation(body)).toBeUndefined();
  });
});

test('both say it under the id that it is stored under', () => {
  expect(readConversation(joinBodies(apiId(talk), { hook, api }))).toMatchObject({
    id: apiId(talk),
    channelId: 'co55039',
    pages: [{ url: 'https://shop.example/bikes' }],
    tags: ['VIP'],
  });
});
