import { describe, expect, test } from '@jest/globals';
import { createCannedTransport, type PreviewedRequest } from '../../cli/commands/preview/canned-responses.ts';
import { createHttpClient } from '../../lambda/crm/http/http.ts';
import type { FollowUpKind, Problem } from '../../lambda/crm/port/adapter.ts';
import { aConversation, aFollowUp, anEntry } from '../fixtures/conversation.ts';
import { aPerson, log, one, upsert } from './driving.ts';
import type { Changes, Subject } from './subject.ts';
import { subjects } from './subjects.ts';
import { declared, useTrial } from './trial.ts';

const words = (problems: readonly Problem[]) => problems.map(({ problem, remedy }) => `${problem} ${remedy}`).join(' ');

describe.each(Object.entries(subjects))('%s', (_, subject: Subject) => {
  const trial = useTrial(subject);

  test('has what is declared of it, and nothing else', () => {
    const { adapter, crm } = trial();
    const kinds = Object.keys(subject.followUps);
    expect(adapter.upsertContacts !== undefined).toBe(subject.contacts !== null);
    expect(crm.contacts !== undefined).toBe(subject.contacts !== null);
    expect(adapter.followUps !== undefined).toBe(kinds.length > 0);
    expect(crm.followUps !== undefined).toBe(kinds.length > 0);
    expect(adapter.files !== undefined).toBe(subject.files);
    expect(crm.files !== undefined).toBe(subject.files);
    expect(adapter.findConversation !== undefined).toBe(subject.findsLogs);
    expect(adapter.removeConversation !== undefined).toBe(subject.removesLogs);
    expect(crm.isTokenRequest !== undefined).toBe(subject.credentials === 'renewed');
  });

  describe('the check', () => {
    test('finds nothing where all is well, and changes nothing', async () => {
      const { adapter, crm, calls } = trial();
      expect(await adapter.check()).toEqual([]);
      expect(crm.logs()).toEqual([]);
      expect(crm.contacts?.all() ?? []).toEqual([]);
      expect(crm.followUps?.all() ?? []).toEqual([]);
      expect(calls() > 0).toBe(subject.check === 'tries');
    });

    test('tells of credentials that are none, without them', async () => {
      const { crm, open } = trial();
      const refused = subject.check === 'tries' ? [crm.wrongSecret] : [];
      for (const secret of ['a secret with spaces', ' ', ...refused]) {
        const problems = await (await open({ secret })).check();
        expect(problems.length).toBeGreaterThan(0);
        for (const { remedy } of problems) expect(remedy).not.toBe('');
        expect(words(problems)).not.toContain(secret.trim() || '  ');
      }
    });

    if (subject.check === 'tries') {
      test.each([{ status: 403 }, { status: 500 }, 'reset', { status: 200, body: 'Hello' }] as const)(
        'tells of an answer like %j, and does not throw',
        async (how) => {
          const { adapter, crm } = trial();
          crm.server.inject({ on: (request) => !crm.isTokenRequest?.(request), how });
          expect(words(await adapter.check())).not.toBe('');
        },
      );
    }

    const traits = subject.contacts;
    const mistakes: readonly (readonly [name: string, changes: Changes])[] = [
      ...(traits?.checksFields ? [['no_such_field', { fields: { no_such_field: '"x"' } }] as const] : []),
      ...(traits?.checksFields && traits.customerIdField !== null
        ? [['no_such_id', { customerIdField: 'no_such_id' }] as const]
        : []),
      ...(traits?.checksOwners ? [['990099', { owners: { fallback: '990099' } }] as const] : []),
    ];
    for (const [name, changes] of mistakes) {
      test(`tells that the CRM has no ${name}`, async () => {
        const { open } = trial();
        expect(words(await (await open({ changes })).check())).toContain(name);
      });
    }
    if (traits !== null) {
      test('is content with fields and owners that are there', async () => {
        const { open } = trial();
        const adapter = await open({
          changes: {
            fields: { [traits.field]: '"x"' },
            ...(traits.customerIdField !== null && { customerIdField: traits.customerIdField }),
            ...(traits.owners !== null && { owners: { fallback: traits.owners[0] } }),
          },
        });
        expect(await adapter.check()).toEqual([]);
      });
    }
  });

  test('can be previewed: it runs against its canned responses', async () => {
    const { crm } = trial();
    const requests: PreviewedRequest[] = [];
    const transport = createCannedTransport(subject.cannedResponses, (request) => requests.push(request));
    const now = () => new Date();
    const token = { get: async () => 'an-access-token', discard: async () => {} };
    const http = createHttpClient({ now, transport });
    const deps = { http, secret: async () => crm.secret, token, timezone: 'UTC', language: 'en', now } as const;
    const adapter = await crm.open(deps, {});
    const contactId = adapter.upsertContacts && (await upsert(adapter, aPerson({ phone: '+420601123456' })));
    const entry = anEntry(aConversation(), contactId);
    expect(await log(adapter, entry)).not.toBe('');
    for (const kind of Object.keys(subject.followUps) as FollowUpKind[]) {
      const followUp = aFollowUp({ kind });
      expect(await one(declared(adapter.followUps).create, { ...entry, followUp })).not.toBe('');
    }
    expect(requests.length).toBeGreaterThan(0);
    expect(crm.server.requests).toEqual([]);
  });
});
