export const defaultStackName = 'SmartsuppCrmForwarder';

/** A name of CloudFormation's, with room for the stage and for the longest resource. */
const pattern = /^[A-Za-z][A-Za-z0-9-]{0,59}$/;

export class StackNameError extends Error {
  override readonly name = 'StackNameError';
}

/** @param name from cdk.json's context, so that two clones can be deployed to one account */
export function stackNameOf(name: unknown, stage: string): string {
  if (typeof name === 'string' && pattern.test(name)) return `${name}-${stage}`;
  throw new StackNameError(
    `The stack cannot be named ${JSON.stringify(name)}. Give "name" in cdk.json, or -c name=…, up to 60 letters, digits ` +
      'and hyphens, beginning with a letter.',
  );
}
