import { readSettings } from '../../../local/lib/settings.ts';
import { storeForLocal, storeOnAws, whereSigningKeyIs } from '../../lib/crms/credentials.ts';
import { crms, isOwn } from '../../lib/crms/crms.ts';
import { defineCommand, flag, negatedFlag, text, textList } from '../../lib/define-command.ts';
import { cdkFlags, type Deployment, type Where } from '../../lib/deployment/deployment.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { explain } from '../../lib/terminal/errors.ts';
import { setInterruptMessage } from '../../lib/terminal/interrupt.ts';
import { note, print } from '../../lib/terminal/output.ts';
import { noteWrapped, type Step, stepsText, wrapped } from '../../lib/terminal/wrap.ts';
import { changedContent, checkedContent, readConfigFile, writeConfigFile } from './config-file.ts';
import type { SetUp } from './destination.ts';

export const init = defineCommand({
  options: {
    crm: text('<name>', 'which one', { choices: crms.map(({ adapter }) => adapter) }),
    name: text('<name>', 'your own name for it'),
    set: textList('<name=value>', 'a setting of the CRM; may be repeated'),
    secretStdin: flag('reads the credentials from standard input'),
    check: negatedFlag('does not try them'),
    add: flag('adds it to the existing destinations'),
    replace: text('<name>', 'in place of this destination'),
    timezone: text('<name>', 'of your staff, such as Europe/Prague'),
    language: text('<code>', 'of the transcripts'),
    alarmEmail: text('<address>', 'where alarms are sent'),
    retentionDays: text('<days>', 'how long conversations are kept'),
    yes: flag('asks nothing, and uses the defaults'),
  },
  notes: ['Credentials may be in FORWARDER_SECRET_<NAME>, in the environment or in .env.'],
  example: ['init --local', 'for the stack that npm start runs'],
  handler: async ({ options, where, commandLine }) => {
    // ajv and the CRMs' clients are large: they are not loaded for a help text.
    const [{ setUpDestination }, { askGeneral }] = await Promise.all([
      import('./destination.ts'),
      import('./settings.ts'),
    ]);
    const ask = createAsker(options);
    const file = readConfigFile(readSettings(process.env, process.cwd()).configFile);
    const { local } = where;
    const made = await setUpDestination(file, { ...options, local }, ask);
    const general = await askGeneral(file, { flags: options, local }, ask);
    const content = changedContent(file, { ...made, general });
    checkedContent(file.path, content);
    writeConfigFile(file.path, content);
    setInterruptMessage(`Stopped. ${file.path} is written; doctor says whether the credentials are stored.`);
    noteWrapped(`✓ ${file.path} is written.`);
    if (file.demo !== undefined)
      noteWrapped(
        `! Chats no longer go to the demo CRM: ${file.demo} is removed from that file. Everything else in it stays.`,
      );
    const placed = await placeSecret(made, where);
    const { name } = made.draft;
    print(stepsText(nextSteps({ name, where, placed, commandLine })));
    if (isOwn(made.crm)) note(`\n${wrapped(whereSigningKeyIs(name, where)).join('\n')}`);
  },
});

type Situation = {
  readonly name: string;
  readonly where: Where;
  readonly placed: Placed;
  readonly commandLine: Deployment['commandLine'];
};

const nextSteps = (situation: Situation): readonly Step[] =>
  situation.where.local ? localSteps(situation) : awsSteps(situation);

function localSteps({ name, placed, commandLine }: Situation): readonly Step[] {
  return [
    ...(placed.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    ['npm start', 'or restart it, if it runs'],
    [commandLine('doctor'), 'checks everything'],
    [commandLine('send --sample answered'), 'a chat to try it with'],
  ];
}

function awsSteps({ name, where, placed, commandLine }: Situation): readonly Step[] {
  return [
    ...(placed.isDeployed ? [] : [[`npx cdk bootstrap${cdkFlags(where)}`, 'once per account and region'] as const]),
    [`npx cdk deploy${cdkFlags(where)}`, 'brings it to AWS'],
    ...(placed.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    [commandLine('doctor'), 'checks everything'],
    ...(placed.isDeployed ? [] : [[commandLine('url'), 'the URL, and the e-mail to Smartsupp'] as const]),
  ];
}

type Placed = {
  readonly isDeployed: boolean;
  /** Whether the credentials are still missing once the destination is deployed. */
  readonly isMissing: boolean;
};

/** Stores the secret if its destination is deployed or local. */
async function placeSecret({ draft, crm, secret }: SetUp, where: Where): Promise<Placed> {
  const isNeeded = crm.secret.kind !== 'generated';
  if (where.local) {
    if (secret !== undefined) storeForLocal(draft.name, secret);
    return { isDeployed: false, isMissing: isNeeded && secret === undefined };
  }
  const { isDeployed, secretId, client } = await findPlace(draft.name, where);
  if (secret === undefined || secretId === undefined)
    return { isDeployed, isMissing: isNeeded || secret !== undefined };
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  await storeOnAws(new SecretsManagerClient(client), secretId, secret);
  return { isDeployed, isMissing: false };
}

async function findPlace(destination: string, where: Where) {
  const { clientOptions, findStack } = await import('../../lib/deployment/on-aws.ts');
  try {
    const { stack, region } = await findStack(where);
    const { OutputValue: json = '{}' } =
      stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'DestinationSecrets') ?? {};
    const secretIds: Readonly<Record<string, string>> = JSON.parse(json);
    const client = { ...clientOptions(where), region };
    return { isDeployed: stack !== undefined, secretId: secretIds[destination], client };
  } catch (error) {
    // Writing a configuration needs no AWS account yet.
    noteWrapped(`! Cannot tell whether it is deployed. ${explain(error).text}`);
    return { isDeployed: false, secretId: undefined, client: clientOptions(where) };
  }
}
