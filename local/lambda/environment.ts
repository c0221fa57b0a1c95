import { machineEnvironment } from '../lib/processes.ts';
import { account, clientEnvironment, type Endpoints } from '../lib/settings.ts';
import type { FunctionDefinition } from './function.ts';

/**
 * Lambda's variables, the function's own, and the servers' addresses. Of this machine's, only the path is passed on.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  endpoints: Endpoints,
  instanceId: string,
): Record<string, string> {
  return {
    ...machineEnvironment(),
    ...definition.environment,
    ...clientEnvironment(endpoints),
    // The fake Smartsupp serves a chat's files from this machine.
    FILES_FROM_LOOPBACK: 'true',
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${instanceId}`,
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
  };
}
