import type { Destination } from '../../lambda/crm/catalogue.ts';
import { createAdapter } from '../../lambda/crm/registry.ts';
import type { FakeServer } from '../support/fake-server.ts';
import type { Refusals } from '../support/refusals.ts';
import type { Contact, ContactTraits, RunningCrm, Subject } from './subject.ts';

/** Only what is harder to keep than its opposite, or compared with the adapter: a subject that forgets to deny it fails. */
const usual = {
  readsAnswers: true,
  credentials: 'fixed',
  check: 'tries',
  findsLogs: true,
  removesLogs: true,
  updatesTell: 'id',
  files: true,
} as const satisfies Partial<Subject>;

const usualCalls = { newVisitor: 3, knownVisitor: 2, hundredNewVisitors: 3 } as const satisfies Partial<
  Subject['calls']
>;

const usualContacts = {
  phone: true,
  typedPhone: true,
  fillsTell: 'id',
  severalBy: 'email',
  refusesDuplicates: true,
  keepsEmailsUnique: false,
  textPlace: true,
  refusesUnknownFields: true,
  checksFields: true,
  checksOwners: true,
} as const satisfies Partial<ContactTraits>;

/** The contacts of a help desk: requesters, whose tickets are assigned to agents. */
export const requesters = {
  names: 'whole',
  field: 'segment',
  owners: null,
  severalBy: 'phone',
  keepsEmailsUnique: true,
  refusedEmail: 'eva@localhost.invalid',
  maxEmailLength: null,
  canKeepPhonesUnique: true,
  noteOwners: ['900123', '900124'],
  takesInactiveOwners: false,
} as const satisfies Partial<ContactTraits>;

/** What has a default may be left out; nothing else may. */
type WithDefaults<Traits, Defaults> = Omit<Traits, keyof Defaults> &
  Partial<Pick<Traits, keyof Traits & keyof Defaults>>;

type Declaration = Omit<WithDefaults<Subject, typeof usual>, 'calls' | 'contacts'> & {
  readonly calls?: WithDefaults<Subject['calls'], typeof usualCalls>;
  readonly contacts: WithDefaults<ContactTraits, typeof usualContacts> | null;
};

export const defineSubject = ({ calls, contacts, ...special }: Declaration): Subject => ({
  ...usual,
  ...special,
  calls: { ...usualCalls, ...calls },
  contacts: contacts && { ...usualContacts, ...contacts },
});

/** `RunningCrm.open` for a destination as it stands in `forwarder.json`. */
export const opening =
  (settings: Destination): RunningCrm['open'] =>
  (deps, changes) =>
    createAdapter({ ...settings, ...changes }, deps);

type Fake = FakeServer & { readonly refusals: Refusals; readonly violations: readonly string[] };

/** What every fake CRM has. */
export const running = (crm: Fake) => ({ server: crm, refusals: crm.refusals, violations: () => crm.violations });

/** Between the vendor's names of a contact's fields and ours. */
export function fieldNames(theirs: Readonly<Partial<Record<keyof Contact, string>>>) {
  const pairs = Object.entries(theirs);
  return {
    toOurs: (values: Readonly<Record<string, unknown>>): Contact =>
      filled(Object.fromEntries(pairs.map(([our, their]) => [our, values[their]]))),
    toTheirs: (contact: Contact): Readonly<Record<string, string>> => {
      const values = new Map<string, string>(Object.entries(contact));
      return Object.fromEntries(
        pairs.flatMap(([our, their]) => {
          const value = values.get(our);
          return value === undefined ? [] : [[their, value]];
        }),
      );
    },
  };
}

/** What is blank is absent. */
export const filled = (values: Readonly<Partial<Record<keyof Contact, unknown>>>): Contact =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string' && value !== ''));
