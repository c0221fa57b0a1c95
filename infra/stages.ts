import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The differences between stages. Each stage sets every value itself. */
export type Stage = {
  readonly name: string;
  /** Whether the chats are deleted with the stack, and whether the table can be deleted at all. */
  readonly table: { readonly removalPolicy: RemovalPolicy; readonly deletionProtection: boolean };
  /** Whether the hook's key is deleted with the stack. */
  readonly hookKey: { readonly removalPolicy: RemovalPolicy };
  /** How long log lines are kept, in days. */
  readonly logRetention: RetentionDays;
  /** Whether `cdk destroy` is refused: it would delete the hook's URL, which Smartsupp takes days to change. */
  readonly terminationProtection: boolean;
  /** Whether alarms are sent to the configuration's `alarmEmail` and `notify`. */
  readonly sendsAlarms: boolean;
};

const prod: Stage = {
  name: 'prod',
  // The stored chats, from which everything can be delivered again, outlive the stack, unless its first deployment fails.
  table: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, deletionProtection: true },
  // With `domain` a stack that is made again keeps its URL, and so it can keep the key.
  hookKey: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
  logRetention: RetentionDays.ONE_MONTH,
  terminationProtection: true,
  sendsAlarms: true,
};

const dev: Stage = {
  name: 'dev',
  // For trials: deleted with the stack.
  table: { removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false },
  hookKey: { removalPolicy: RemovalPolicy.DESTROY },
  logRetention: RetentionDays.THREE_DAYS,
  terminationProtection: false,
  sendsAlarms: false,
};

export const stages: readonly Stage[] = [prod, dev];

export class StageError extends Error {
  override readonly name = 'StageError';
}

/** The stage that `-c stage=…` names. Throws StageError, which lists the known stages. */
export function stageNamed(name: unknown): Stage {
  const stage = stages.find((each) => each.name === name);
  if (stage !== undefined) return stage;
  const known = stages.map((each) => `-c stage=${each.name}`).join(' or ');
  throw new StageError(`There is no stage ${JSON.stringify(name)}. Give ${known}, or describe it in infra/stages.ts.`);
}
