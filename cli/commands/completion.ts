import type { Command } from 'commander';
import type { Invocation } from '../lib/deployment/deployment.ts';
import { UsageError } from '../lib/terminal/errors.ts';
import { print } from '../lib/terminal/output.ts';

export async function completion({ args: [shell = ''], loadProgram }: Invocation): Promise<void> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new UsageError('Give bash, zsh or fish.');
  print(script(describe(await loadProgram())));
}

type Completed = {
  readonly options: readonly Flag[];
  readonly commands: readonly {
    readonly name: string;
    readonly description: string;
    readonly options: readonly Flag[];
  }[];
};

type Flag = {
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
};

const describe = (program: Command): Completed => ({
  // They may stand behind a command, too.
  options: flagsOf(program).filter(({ name }) => name !== '--version'),
  commands: program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: flagsOf(command),
  })),
});

const flagsOf = ({ options }: Command): readonly Flag[] =>
  options.map(({ long, description, required, argChoices = [] }) => ({
    name: long ?? '',
    description,
    takesValue: required,
    choices: argChoices,
  }));

/**
 * Written once instead of asking the program at each Tab, which would start npx. Every name in them is our own, of
 * letters and hyphens, and descriptions are quoted.
 */
const scripts: Readonly<Record<string, (completed: Completed) => string>> = {
  bash,
  // zsh runs completions that are written for bash.
  zsh: (completed) => `autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
${bash(completed)}`,
  fish,
};

function bash({ options, commands }: Completed): string {
  const names = commands.map(({ name }) => name).join(' ');
  const global = options.map(({ name }) => name).join(' ');
  const values = commands.flatMap((command) =>
    [...options, ...command.options].flatMap(({ name, takesValue, choices }) =>
      takesValue ? [`    '${command.name} ${name}') offers='${choices.join(' ')}' ;;`] : [],
    ),
  );
  const flags = commands.map(
    (command) => `    '${command.name}') offers='${command.options.map(({ name }) => name).join(' ')} ${global}' ;;`,
  );
  return `_forwarder() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" first=1 offers=''
  COMPREPLY=()
  if [[ "\${COMP_WORDS[0]}" == npx ]]; then
    [[ "\${COMP_WORDS[1]}" == forwarder && $COMP_CWORD -gt 1 ]] || return
    first=2
  fi
  if (( COMP_CWORD == first )); then
    offers='${names} ${global}'
  else
    case "\${COMP_WORDS[first]} $before" in
${values.join('\n')}
    *) case "\${COMP_WORDS[first]}" in
${flags.join('\n')}
    esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$offers" -- "$current"))
}
complete -o default -F _forwarder forwarder npx`;
}

function fish({ options, commands }: Completed): string {
  const lines = ['forwarder', 'npx'].flatMap((program) => [
    ...commands.map(
      ({ name, description }) =>
        `complete -c ${program} -n '__forwarder_is ""' -f -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap((command) =>
      [...command.options, ...options].map(
        (flag) => `complete -c ${program} -n '__forwarder_is ${command.name}' ${fishFlag(flag)}`,
      ),
    ),
  ]);
  return `# Whether the first word after "forwarder" or "npx forwarder" is this.
function __forwarder_is
    set -l words (commandline -opc)
    if test "$words[1]" = npx
        test "$words[2]" = forwarder; or return 1
        set -e words[1]
    end
    test "$words[2]" = "$argv[1]"
end
${lines.join('\n')}`;
}

function fishFlag({ name, description, takesValue, choices }: Flag): string {
  const value = takesValue ? ` -r${choices.length === 0 ? '' : ` -f -a '${choices.join(' ')}'`}` : '';
  return `-l ${name.slice(2)}${value} -d ${quoted(description)}`;
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
