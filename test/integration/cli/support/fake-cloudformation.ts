import { type FakeServer, startFakeServer } from '../../../support/fake-server.ts';

/**
 * CloudFormation's DescribeStacks for one stack, in the Query protocol
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html).
 */
export const startFakeCloudFormation = (
  stackName: string,
  outputs: Readonly<Record<string, string>>,
  status = 'UPDATE_COMPLETE',
): Promise<FakeServer> =>
  startFakeServer(({ text }) => {
    const asked = new URLSearchParams(text).get('StackName');
    const headers = { 'content-type': 'text/xml' };
    if (asked !== stackName) {
      const why = `<Code>ValidationError</Code><Message>Stack with id ${asked} does not exist</Message>`;
      const body = `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type>${why}</Error></ErrorResponse>`;
      return { status: 400, headers, body };
    }
    const members = Object.entries(outputs).map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${value.replaceAll('"', '&quot;')}</OutputValue></member>`,
    );
    const named = `<StackName>${stackName}</StackName><StackStatus>${status}</StackStatus>`;
    const stack = `<member>${named}<Outputs>${members.join('')}</Outputs></member>`;
    const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
    return {
      status: 200,
      headers,
      body: `<DescribeStacksResponse xmlns="${namespace}">${result}</DescribeStacksResponse>`,
    };
  });

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
