import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { InvocationResult } from '../lambda/function.ts';
import { StartError, TemplateError } from '../lib/errors.ts';
import { closeNow, listenOnLoopback } from '../lib/loopback.ts';
import type { CustomResourceDefinition } from '../template/definitions.ts';
import { type Created, stackArn } from '../template/identities.ts';

/** `read` throws a TemplateError while the resource refers to another that does not exist yet. */
type UnresolvedResource = { readonly logicalId: string; readonly read: () => CustomResourceDefinition };

type Creation = {
  readonly stackName: string;
  readonly functions: {
    readonly invoke: (name: string, event: string) => Promise<InvocationResult>;
    /** Called once no resource needs the function any more. */
    readonly retire: (name: string) => Promise<void>;
  };
  /** Extended with each created resource, since others may refer to it. */
  readonly created: Map<string, Created>;
};

/** Creates the resources as CloudFormation does: their functions answer to a URL. Throws StartError if one fails. */
export async function createCustomResources(
  resources: readonly UnresolvedResource[],
  creation: Creation,
): Promise<void> {
  const left = [...resources];
  const used = new Set<string>();
  while (left.length > 0) {
    const { definition, index } = firstReadable(left);
    creation.created.set(definition.logicalId, await create(definition, creation));
    used.add(definition.functionName);
    left.splice(index, 1);
  }
  await Promise.all([...used].map(creation.functions.retire));
}

function firstReadable(resources: readonly UnresolvedResource[]) {
  let mistake: TemplateError | undefined;
  for (const [index, { read }] of resources.entries()) {
    try {
      return { definition: read(), index };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      mistake ??= error;
    }
  }
  throw mistake ?? new TemplateError('No custom resource is left.');
}

async function create(definition: CustomResourceDefinition, { stackName, functions }: Creation): Promise<Created> {
  const { logicalId, type, functionName, properties } = definition;
  let answer: unknown;
  // As in CloudFormation's address, so that only the function can answer.
  const path = `/${randomUUID()}`;
  const server = createServer(async (request, response) => {
    if (request.url === path) answer = await json(request).catch(() => undefined);
    response.end();
  });
  const port = await listenOnLoopback(server);
  const event = {
    RequestType: 'Create',
    ResponseURL: `http://127.0.0.1:${port}${path}`,
    StackId: stackArn(stackName),
    RequestId: randomUUID(),
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties['ServiceToken'],
    ResourceProperties: asStrings(properties),
  };
  const result = await functions.invoke(functionName, JSON.stringify(event));
  await closeNow(server);
  const { Status, Reason, PhysicalResourceId, Data } = Object(answer);
  if (Status === 'SUCCESS') return { physicalId: String(PhysicalResourceId), data: Object(Data) };
  const reason = Reason ?? (result.succeeded ? 'its function did not answer' : result.error.errorMessage);
  throw new StartError(`${type} ${logicalId} could not be created: ${reason}`);
}

/** CloudFormation passes every number and boolean as a string. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asStrings(item)]));
  }
  return String(value);
}
