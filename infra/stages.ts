import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What differs between the stages. Every stage says everything: none has a value by way of another. */
export type Stage = {
  readonly name: string;
  readonly table: { readonly removalPolicy: RemovalPolicy; readonly deletionProtection: boolean };
  readonly logRetention: RetentionDays;
  /** Whether `cdk destroy` is refused: the hook's URL goes with the stack, and Smartsupp takes days to change it. */
  readonly terminationProtection: boolean;
  /** Whether alarms go to the configuration's `alarmEmail`. */
  readonly alarmsByEmail: boolean;
};

const prod: Stage = {
  name: 'prod',
  // The truth that everything can be delivered from again: it outlives the stack, but not a first deployment that fails.
  table: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, deletionProtection: true },
  logRetention: RetentionDays.ONE_MONTH,
  terminationProtection: true,
  alarmsByEmail: true,
};

const dev: Stage = {
  name: 'dev',
  // For trying things out: gone with the stack, chats and all.
  table: { removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false },
  logRetention: RetentionDays.THREE_DAYS,
  terminationProtection: false,
  alarmsByEmail: false,
};

export const stages: readonly Stage[] = [prod, dev];

export class StageError extends Error {
  override readonly name = 'StageError';
}

/**
 * @param name what `-c stage=…` says
 * @throws StageError naming the stages there are
 */
export function stageNamed(name: unknown): Stage {
  const stage = stages.find((each) => each.name === name);
  if (stage !== undefined) return stage;
  const known = stages.map((each) => `-c stage=${each.name}`).join(' or ');
  throw new StageError(`There is no stage ${JSON.stringify(name)}. Give ${known}, or describe it in infra/stages.ts.`);
}
