type Change = readonly [place: RegExp, words: string];

/** What a reader does with step 2 of "Add your CRM in an afternoon"; the formatter puts it in order. */
export const registration: readonly { readonly file: string; readonly changes: readonly Change[] }[] = [
  {
    file: 'lambda/crm/catalogue.ts',
    changes: [
      [/^/, "import { acmeSecret, type AcmeSettings, acmeSettings } from './acme/settings.ts';\n"],
      [/settingsSchemas = \[/, '$& acmeSettings,'],
      [/export type Destination =/, '$&\n  | AcmeSettings'],
      [/secretShapes: .*{/, '$& acme: acmeSecret,'],
    ],
  },
  {
    file: 'lambda/crm/registry.ts',
    changes: [
      [
        /switch \(settings\.adapter\) \{/,
        "$& case 'acme': return (await import('./acme/index.ts')).createAcmeAdapter(settings, deps);",
      ],
    ],
  },
  {
    file: 'cli/commands/preview/canned-responses.ts',
    changes: [
      [
        /cannedResponses: .*{/,
        "$& acme: ({ method }) => (method === 'GET' ? ok({ contacts: [], notes: [], tasks: [] }) : created({ id: 'preview' })),",
      ],
    ],
  },
  {
    file: 'test/contract/subjects.ts',
    changes: [
      [/^/, "import { acme } from './subjects/acme.ts';\n"],
      [/subjects: .*{/, '$& acme,'],
    ],
  },
  {
    file: 'test/contract/subjects/acme.ts',
    changes: [
      [
        /import { createAcmeAdapter }.*\n/,
        "import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';\n",
      ],
      [/defineSubject,/, '$& opening,'],
      [/cannedResponses: [^;]*?'preview' } },/, 'cannedResponses: cannedResponses.acme,'],
      [/open: .*,\n/, 'open: opening(settings),\n'],
    ],
  },
];
