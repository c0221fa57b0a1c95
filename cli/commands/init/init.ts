import { readSettings } from '../../../local/lib/settings.ts';
import { storeForLocal, storeOnAws, whereSigningKeyIs } from '../../lib/crms/credentials.ts';
import { isOwn } from '../../lib/crms/crms.ts';
import { cdkFlags, type Deployment, type Invocation, type Where } from '../../lib/deployment/deployment.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { explain } from '../../lib/terminal/errors.ts';
import { setInterruptMessage } from '../../lib/terminal/interrupt.ts';
import { note, noteWrapped, print, type Step, stepsText, wrapped } from '../../lib/terminal/output.ts';
import { changedContent, checkedContent, readConfigFile, writeConfigFile } from './config-file.ts';
import { type DestinationFlags, type SetUp, setUpDestination } from './destination.ts';
import { askGeneral, type GeneralFlags } from './general.ts';

type Options = Omit<DestinationFlags & GeneralFlags, 'local'> & {
  readonly secretStdin: boolean;
  readonly check: boolean;
  readonly yes: boolean;
};

export async function init({ options, where, commandLine }: Invocation<Options>): Promise<void> {
  const ask = createAsker(options);
  const file = readConfigFile(readSettings(process.env, process.cwd()).configFile);
  const { local } = where;
  const setUp = await setUpDestination(file, { ...options, local }, ask);
  const general = await askGeneral(file, { flags: options, local }, ask);
  const content = changedContent(file, { ...setUp, general });
  checkedContent(file.path, content);
  writeConfigFile(file.path, content);
  setInterruptMessage(`Stopped. ${file.path} is written; doctor says whether the credentials are stored.`);
  noteWrapped(`✓ ${file.path} is written.`);
  if (file.demo !== undefined)
    noteWrapped(
      `! Chats no longer go to the demo CRM: ${file.demo} is removed from that file. Everything else in it stays.`,
    );
  const secretStatus = await storeSecret(setUp, where);
  const { name } = setUp.draft;
  const hasApi = general.api !== undefined;
  print(stepsText(nextSteps({ name, where, secretStatus, commandLine, hasApi })));
  if (isOwn(setUp.crm)) note(`\n${wrapped(whereSigningKeyIs(name, where)).join('\n')}`);
}

type Situation = {
  readonly name: string;
  readonly where: Where;
  readonly secretStatus: SecretStatus;
  readonly commandLine: Deployment['commandLine'];
  readonly hasApi: boolean;
};

const nextSteps = (situation: Situation): readonly Step[] =>
  situation.where.local ? localSteps(situation) : awsSteps(situation);

function localSteps({ name, secretStatus, commandLine, hasApi }: Situation): readonly Step[] {
  return [
    ...(secretStatus.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    ...(hasApi ? apiSteps(commandLine) : []),
    ['npm start', 'or restart it, if it runs'],
    [commandLine('doctor'), 'checks everything'],
    [commandLine('send --sample answered'), 'a chat to try it with'],
  ];
}

function awsSteps({ name, where, secretStatus, commandLine, hasApi }: Situation): readonly Step[] {
  return [
    ...(secretStatus.isDeployed
      ? []
      : [[`npx cdk bootstrap${cdkFlags(where)}`, 'once per account and region'] as const]),
    [`npx cdk deploy${cdkFlags(where)}`, 'brings it to AWS'],
    ...(secretStatus.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    ...(hasApi ? apiSteps(commandLine) : []),
    [commandLine('doctor'), 'checks everything'],
    ...(secretStatus.isDeployed ? [] : [[commandLine('url'), 'the URL, and the e-mail to Smartsupp'] as const]),
  ];
}

const apiSteps = (commandLine: Deployment['commandLine']): readonly Step[] => [
  [commandLine('secret api'), "the token of Smartsupp's REST API, once they have given it"],
  [commandLine('secret webhooks'), 'the secret that its webhooks are signed with'],
];

type SecretStatus = {
  readonly isDeployed: boolean;
  /** Whether the credentials are still missing once the destination is deployed. */
  readonly isMissing: boolean;
};

/** Stores the secret if its destination is deployed or local. */
async function storeSecret({ draft, crm, secret }: SetUp, where: Where): Promise<SecretStatus> {
  const isNeeded = crm.secret.kind !== 'generated';
  if (where.local) {
    if (secret !== undefined) storeForLocal(draft.name, secret);
    return { isDeployed: false, isMissing: isNeeded && secret === undefined };
  }
  const { isDeployed, secretId, client } = await findSecret(draft.name, where);
  if (secret === undefined || secretId === undefined)
    return { isDeployed, isMissing: isNeeded || secret !== undefined };
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  await storeOnAws(new SecretsManagerClient(client), secretId, secret);
  return { isDeployed, isMissing: false };
}

async function findSecret(destination: string, where: Where) {
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
