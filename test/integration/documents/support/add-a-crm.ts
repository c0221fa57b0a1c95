type Change = readonly [place: RegExp, words: string];

/** What a reader does with step 2 of "Add your CRM in an afternoon"; the formatter puts it in order. */
export const registration: readonly { readonly file: string; readonly changes: readonly Change[] }[] = [
  {
    file: 'lambda/config/config.schema.ts',
    changes: [
      [/^/, "import { acmeSettings } from '../crm/acme/settings.ts';\n"],
      [/oneOf: \[/, '$&acmeSettings,'],
    ],
  },
  {
    file: 'lambda/config/config.ts',
    changes: [
      [/^/, "import type { acmeSettings } from '../crm/acme/settings.ts';\n"],
      [
        /export type Destination =/,
        'export type AcmeSettings = FromSchema<typeof acmeSettings>;\n$&\n  | AcmeSettings',
      ],
    ],
  },
  {
    file: 'lambda/crm/acme/settings.ts',
    changes: [
      [/import type { FromSchema }.*\n/, ''],
      [/\/\*\* For a real CRM.*\nexport type AcmeSettings .*\n/, ''],
    ],
  },
  { file: 'lambda/crm/acme/index.ts', changes: [[/'\.\/settings\.ts'/, "'../../config/config.ts'"]] },
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
    file: 'lambda/crm/secret-shapes.ts',
    changes: [
      [/^/, "import { acmeSecret } from './acme/settings.ts';\n"],
      [/secretShapes: .*{/, '$& acme: acmeSecret,'],
    ],
  },
  {
    file: 'lambda/crm/links.ts',
    changes: [[/switch \(settings\.adapter\) \{/, "$& case 'acme': return undefined;"]],
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
        "import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';\nimport { opening } from '../opening.ts';\n",
      ],
      [/cannedResponses: [^;]*?'preview' } },/, 'cannedResponses: cannedResponses.acme,'],
      [/open: .*,\n/, 'open: opening(settings),\n'],
    ],
  },
];
