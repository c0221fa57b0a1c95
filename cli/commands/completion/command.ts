import { defineCommand } from '../../lib/define-command.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import { print } from '../../lib/terminal/output.ts';

export const completion = defineCommand({
  argument: 'bash, zsh or fish',
  options: {},
  notes: [
    `Where it goes:
  bash  npx forwarder completion bash >> ~/.bashrc
  zsh   npx forwarder completion zsh >> ~/.zshrc
  fish  npx forwarder completion fish > ~/.config/fish/completions/npx.fish`,
    'It completes `npx forwarder` and `forwarder`; whatever else npx runs is left alone.',
  ],
  example: ['completion bash >> ~/.bashrc', 'for bash, from its next start on'],
  handler: async ({ args: [shell = ''], loadProgram }) => {
    const { describe, scripts } = await import('./scripts.ts');
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) throw new UsageError('Give bash, zsh or fish.');
    print(script(describe(await loadProgram())));
  },
});
