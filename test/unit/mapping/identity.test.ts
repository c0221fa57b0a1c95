import { describe, expect, test } from '@jest/globals';
import type { Message, Variable, Visitor } from '../../../lambda/conversation/model.ts';
import { createIdentityOf, foundBy, type IdentitySettings } from '../../../lambda/mapping/identity.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { anIdentity } from '../../fixtures/identity.ts';

const read = (visitor: Partial<Visitor>, messages: readonly Message[] = [], settings: Partial<IdentitySettings> = {}) =>
  createIdentityOf({ variables: { phone: 'phone' }, contactFromWords: true, ...settings })(
    aConversation({ visitor: { email: null, ...visitor }, messages }),
  );

const phoneField = (value: Variable['value'], key = 'phone') => ({ variables: [{ key, label: 'Phone', value }] });
const says = (text: string, speaker: Message['speaker'] = 'visitor') => aMessage({ speaker, text });

describe('of the fields', () => {
  test('the first address counts, and the others are kept', async () => {
    expect(await read({ email: 'jan.a@posta.example, Jan <jan.b@posta.example>' })).toEqual(
      anIdentity({ email: 'jan.a@posta.example', otherEmails: ['jan.b@posta.example'] }),
    );
  });

  test.each(['jan@posta', 'jan.posta.example', 'jan@posta,example', 'jan..x@posta.example', 'jan x@posta.example'])(
    '%j cannot be read, and is not absent',
    async (email) => {
      expect(await read({ email })).toEqual(anIdentity({ isUnreadable: true }));
    },
  );

  test.each([null, '-', 'null', 'n/a', '\u200b'])('%j is absent', async (email) => {
    expect(await read({ email })).toEqual(anIdentity());
  });

  test('a number that nobody could dial is kept as typed, if it looks like one', async () => {
    expect(await read(phoneField('123 45 67'))).toEqual(anIdentity({ isUnreadable: true, typedPhone: '123 45 67' }));
    expect(await read(phoneField('in the evening'))).toEqual(anIdentity({ isUnreadable: true }));
    expect(await read({ email: 'jan@posta', ...phoneField('601 123 456') })).toEqual(
      anIdentity({ phone: '+420601123456' }),
    );
  });

  test('a number is one of the shop’s country before the visitor’s', async () => {
    const visitor = { countryCode: 'DE', ...phoneField('601 123 017') };
    expect(await read(visitor, [], { phoneRegion: 'CZ' })).toMatchObject({ phone: '+420601123017' });
    expect(await read({ ...visitor, countryCode: 'Czech Republic' }, [], { phoneRegion: 'CZ' })).toMatchObject({
      phone: '+420601123017',
    });
  });

  test('the first of several variables that holds a number counts', async () => {
    const variables = { phone: ['mobile', 'tel'] };
    expect(await read(phoneField('601 123 456', 'tel'), [], { variables })).toMatchObject({ phone: '+420601123456' });
    const both = [...phoneField('none yet', 'mobile').variables, ...phoneField(601123456, 'tel').variables];
    expect(await read({ variables: both }, [], { variables })).toMatchObject({ phone: '+420601123456' });
  });

  test('a number beside the documented fields counts too', async () => {
    const body = aHookBody({ visitor: { email: null, phone: '+420 601 123 031' } });
    const conversation = readConversation(JSON.stringify(body));
    if (conversation === undefined) throw new Error('the fixture is no chat');
    expect(conversation.visitor.variables).toContainEqual({ key: 'phone', label: 'Phone', value: '+420 601 123 031' });
    const identityOf = createIdentityOf({ variables: { phone: 'tel' }, contactFromWords: true });
    expect(await identityOf(conversation)).toMatchObject({ phone: '+420601123031' });
  });
});

describe('of the words', () => {
  const words = [says('Please call 601 123 032, my mail is petr.text@posta.example')];

  test('what the visitor typed counts, if the fields hold nothing that can be read', async () => {
    const inWords = { email: 'petr.text@posta.example', phone: '+420601123032' };
    expect(await read({}, words)).toEqual(anIdentity({ inWords }));
    expect(await read({ email: 'jan@posta' }, words)).toEqual(anIdentity({ isUnreadable: true, inWords }));
    expect(foundBy(await read({}, words))).toEqual({ ...inWords, isFromWords: true });
  });

  test('nothing counts beside an address or a number in the fields, or if the configuration says so', async () => {
    expect(await read({ email: 'eva@example.com' }, words)).toEqual(anIdentity({ email: 'eva@example.com' }));
    expect(foundBy(await read(phoneField('601 123 456'), words))).toEqual({ email: null, phone: '+420601123456' });
    expect(await read({}, words, { contactFromWords: false })).toEqual(anIdentity());
  });

  test.each(['agent', 'trigger'] as const)('nothing counts that is an %s’s, or that one wrote too', async (speaker) => {
    const shop = says('Write to shop@example.com or call +420 222 333 444', speaker);
    expect(await read({}, [shop])).toEqual(anIdentity());
    const again = says('I wrote to Shop@example.com and called 222 333 444 already');
    expect(await read({}, [shop, again])).toEqual(anIdentity());
    const own = says('I wrote to shop@example.com from eva@example.com');
    expect(await read({}, [shop, own])).toMatchObject({ inWords: { email: 'eva@example.com', phone: null } });
  });
});
