/** An environment variable that the stack in `infra/` sets. Throws an Error naming it if it is missing. */
export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set. Deploy the stack again: infra/ sets it.`);
  return value;
}
