import { existsSync } from 'node:fs';
import { loopbackDestinations } from '../../../infra/loopback.ts';
import type { Config } from '../../../lambda/config/config.ts';
import { ConfigError, loadWithExpressions } from '../../../lambda/config/load.ts';
import { type Finding, failed, ok, problem } from './finding.ts';

/** The functions' own version; `npx forwarder` runs on it wherever there is a package of it. */
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

/** Reads the configuration as a deployment does. */
export async function checkConfiguration(file: string, { local }: { readonly local: boolean }): Promise<Checked> {
  try {
    const config = await loadWithExpressions(file);
    const names = config.destinations.map(({ name }) => name);
    const here = local ? [] : loopbackDestinations(config);
    if (names.length === 0) {
      return { config, findings: [problem(subject, 'It names no CRM.', 'Run npx forwarder init.')] };
    }
    if (here.length === 0) return { config, findings: [ok(subject, `Chats go to ${names.join(', ')}.`)] };
    const text = `It sends chats to this machine (${here.join(', ')}), which nothing on AWS can reach.`;
    return {
      config,
      findings: [problem(subject, text, 'Run npx forwarder init, or look at the local stack with --local.')],
    };
  } catch (error) {
    return {
      config: undefined,
      findings: error instanceof ConfigError ? mistakesIn(file, error) : [failed(subject, error)],
    };
  }
}

/** A line for each, where there are several. */
function mistakesIn(file: string, { message }: ConfigError): readonly Finding[] {
  const [first = '', ...mistakes] = message.split('\n');
  if (mistakes.length === 0) {
    const remedy = existsSync(file) ? `Mend it there, in ${file}.` : 'npx forwarder init writes one.';
    return [problem(subject, first, remedy)];
  }
  return mistakes.map((mistake) => problem(subject, mistake.trim(), `Mend it in ${file}.`));
}
