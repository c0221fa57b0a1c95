import type { Deployment, Where } from '../../lib/deployment/deployment.ts';
import type { Step } from '../../lib/terminal/steps.ts';
import type { Placed } from './place-secret.ts';

type Situation = {
  /** The destination's. */
  readonly name: string;
  readonly where: Where;
  readonly placed: Placed;
  readonly commandLine: Deployment['commandLine'];
};

/** What to do after `init`, in the order in which to do it. */
export const nextSteps = (situation: Situation): readonly Step[] =>
  situation.where.local ? localSteps(situation) : awsSteps(situation);

/** What the CDK's commands need to mean the same deployment. */
export const cdkFlags = ({ stage, profile }: Where): string =>
  `${stage === 'prod' ? '' : ` -c stage=${stage}`}${profile === undefined ? '' : ` --profile ${profile}`}`;

function localSteps({ name, placed, commandLine }: Situation): readonly Step[] {
  return [
    ...(placed.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    ['npm start', 'or start it again, if it runs'],
    [commandLine('doctor'), 'whether all is well'],
    [commandLine('send --sample answered'), 'a chat to try it with'],
  ];
}

function awsSteps({ name, where, placed, commandLine }: Situation): readonly Step[] {
  return [
    ...(placed.isDeployed ? [] : [[`npx cdk bootstrap${cdkFlags(where)}`, 'once for an account and region'] as const]),
    [`npx cdk deploy${cdkFlags(where)}`, 'brings it to AWS'],
    ...(placed.isMissing ? [[commandLine(`secret ${name}`), 'the credentials'] as const] : []),
    [commandLine('doctor'), 'whether all is well'],
    ...(placed.isDeployed ? [] : [[commandLine('url'), 'the URL, and the e-mail to Smartsupp'] as const]),
  ];
}
