import { existsSync } from 'node:fs';
import { ConfigError, loadWithExpressions } from '../../../infra/config/load.ts';
import { warningsOf } from '../../../infra/config/rules.ts';
import { configDigest, loopbackDestinations } from '../../../infra/deployed.ts';
import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import { readStored } from '../../lib/crms/credentials.ts';
import { isOwnSystem } from '../../lib/crms/crms.ts';
import { tryCrm } from '../../lib/crms/try-credentials.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { type Finding, failed, findingsOf, ok, problem, warning } from './findings.ts';

/** The functions' version. */
const neededNode = 24;

export function checkNode(): Finding {
  const { node } = process.versions;
  const isRight = Number(node.split('.')[0]) >= neededNode;
  return isRight
    ? ok('Node.js', node)
    : problem('Node.js', `This is ${node}, and ${neededNode} is needed.`, 'Install it from https://nodejs.org.');
}

const subject = 'configuration';

type Checked = { readonly findings: readonly Finding[]; readonly config: Config | undefined };

export async function checkConfiguration(file: string, { local }: { readonly local: boolean }): Promise<Checked> {
  try {
    const config = await loadWithExpressions(file);
    const names = config.destinations.map(({ name }) => name);
    const here = local ? [] : loopbackDestinations(config);
    const warnings = warningsOf(config).map((each) => warning(subject, each.text, each.remedy));
    if (here.length === 0) {
      const goTo = names.length === 0 ? [] : [ok(subject, `Chats go to ${names.join(', ')}.`)];
      return { config, findings: [...goTo, ...warnings] };
    }
    const text = `It sends chats to this machine (${here.join(', ')}), which nothing on AWS can reach.`;
    return {
      config,
      findings: [
        problem(subject, text, 'Run npx forwarder init, or look at the local stack with --local.'),
        ...warnings,
      ],
    };
  } catch (error) {
    return {
      config: undefined,
      findings: error instanceof ConfigError ? mistakesIn(file, error) : [failed(subject, error)],
    };
  }
}

function mistakesIn(file: string, { message, mistakes }: ConfigError): readonly Finding[] {
  if (mistakes.length === 0) {
    const remedy = existsSync(file) ? `Make ${file} readable.` : 'npx forwarder init writes one.';
    return [problem(subject, message, remedy)];
  }
  return mistakes.map(({ text, line, column, excerpt }) => ({
    ...problem(subject, text, `Fix it in ${file}:${line}:${column}`),
    excerpt,
  }));
}

type Deployed = {
  readonly destinations: Readonly<Record<string, string>>;
  /** The deployed configuration's digest; undefined if unknown. */
  readonly digest: string | undefined;
};

export function checkDeployedConfig(config: Config, deployed: Deployed, deploy: string): readonly Finding[] {
  const others = checkDestinations(config, deployed.destinations, deploy);
  const isSame = deployed.digest === undefined || deployed.digest === configDigest(config);
  if (others.length > 0 || isSame) return others;
  return [warning(subject, 'It has changed since the last deployment.', deploy)];
}

function checkDestinations(
  { destinations }: Config,
  deployed: Deployed['destinations'],
  deploy: string,
): readonly Finding[] {
  const names = destinations.map(({ name }) => name);
  const missing = names.filter((name) => !Object.hasOwn(deployed, name));
  const gone = Object.keys(deployed).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => problem('destinations', `${name} is configured, but not deployed.`, deploy)),
    ...gone.map((name) => warning('destinations', `${name} is deployed, but not configured here.`, deploy)),
  ];
}

type CrmChecks = {
  readonly config: Config;
  /** Undefined if nothing is deployed or running. */
  readonly deployment: Pick<Deployment, 'secrets' | 'destinations'> | undefined;
  readonly commandLine: Deployment['commandLine'];
  /** Whether it is the local stack, whose credentials can be stored before the destination exists. */
  readonly local: boolean;
};

export async function checkCrms({ config, deployment, commandLine, local }: CrmChecks): Promise<readonly Finding[]> {
  const findings = config.destinations.map((settings) =>
    findingsOf(settings.name, async () => {
      const { name } = settings;
      const given = local ? readSettings(process.env, process.cwd()).secret(name) : undefined;
      const stored = await readSecretOf(settings, deployment);
      const secret = given ?? stored;
      if (secret === undefined) return withoutSecret(settings, { commandLine, local });
      const findings = await tryOne(settings, secret);
      return stored === undefined || secret === stored ? findings : [...findings, notTakenUp(name)];
    }),
  );

  async function tryOne(settings: Destination, secret: string): Promise<readonly Finding[]> {
    const problems = await tryCrm(settings, secret, config);
    if (problems.length === 0) return [ok(settings.name, okText(settings, commandLine))];
    return problems.map(({ problem: text, remedy }) => {
      const isOfCredentials = /credential|secret|token|key/i.test(`${text} ${remedy}`);
      const store = isOfCredentials ? ` ${commandLine(`secret ${settings.name}`)} stores others.` : '';
      return problem(settings.name, text, `${remedy}${store}`);
    });
  }

  return [...(await Promise.all(findings)).flat(), ...config.destinations.flatMap(unownedFollowUps)];
}

const notTakenUp = (name: string) =>
  warning(
    name,
    'The running stack has other credentials than those that were tried, from the environment or .env.',
    'Restart npm start.',
  );

/** A system of your own would take any request for a chat, so it is not asked. */
const okText = ({ adapter }: Destination, commandLine: Deployment['commandLine']) =>
  isOwnSystem(adapter)
    ? `It was not asked; the signing key is valid. To try it, ${commandLine('send')}.`
    : 'It accepts the credentials, and has everything that is configured.';

async function readSecretOf({ name }: Destination, deployment: CrmChecks['deployment']): Promise<string | undefined> {
  const secretId = deployment?.destinations[name];
  if (deployment === undefined || secretId === undefined) return readSettings(process.env, process.cwd()).secret(name);
  return readStored(deployment.secrets, secretId);
}

function withoutSecret(
  { name, adapter }: Destination,
  { commandLine, local }: Pick<CrmChecks, 'commandLine' | 'local'>,
): readonly Finding[] {
  if (isOwnSystem(adapter)) return [ok(name, 'The signing key will be generated with the stack.')];
  const remedy = `${commandLine(`secret ${name}`)}${local ? '' : ', once it is deployed.'}`;
  return [warning(name, 'It was not tried: there are no credentials for it here.', remedy)];
}

/** The owner of a follow-up that no configured user owns; absent if somebody sees it all the same, as agents see a ticket. */
const ownerOf: Partial<Record<Destination['adapter'], { readonly task: string; readonly ticket?: string }>> = {
  hubspot: { task: "nobody's" },
  espocrm: {
    task: "the contact's owner's, or else the API user's, who cannot log in",
    ticket: "nobody's",
  },
  salesforce: { task: "the integration user's" },
  odoo: { task: "the contact's salesperson's, or else the forwarder's own user's" },
};

type FollowUpSettings = Pick<Destination, 'name' | 'adapter'> & {
  readonly owners?: { readonly fallback?: string } | undefined;
  readonly followUp?: { readonly on?: readonly string[]; readonly as?: string } | undefined;
};

/** A follow-up that nobody sees is none. */
export function unownedFollowUps({ name, adapter, owners, followUp }: FollowUpSettings): readonly Finding[] {
  const unowned = ownerOf[adapter];
  if (unowned === undefined || owners?.fallback !== undefined || followUp?.on?.length === 0) return [];
  const { task, ticket = task } = unowned;
  const owner = followUp?.as === 'ticket' ? ticket : task;
  return [
    warning(
      name,
      `The follow-up of a chat that no agent of owners.agents had is ${owner}.`,
      "Name a CRM's user in owners.fallback.",
    ),
  ];
}
