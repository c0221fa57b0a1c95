import { hasBody } from '../../lambda/store/conversations.ts';
import { createCommands, type Who } from './commands.ts';
import { createProcess, type Surroundings } from './process.ts';
import { emails, type OperatorAct, type Post } from './script.ts';
import { createServices } from './services.ts';
import { visitorIdOf } from './smartsupp.ts';

type Run = {
  readonly at: number;
  /** Chats that were in the table then. */
  readonly stored: ReadonlySet<string>;
  /** Of them, those that no index had yet. */
  readonly unindexed: ReadonlySet<string>;
};

export type Erased = {
  readonly who: Who;
  /** Each time that the command was run. */
  readonly runs: Run[];
  endedAt: number | undefined;
  /** What the command said that it left, whether it came to its end or not. */
  left: string;
};

type Operations = {
  readonly surroundings: Surroundings;
  readonly outside: Parameters<typeof createServices>[0];
  readonly posts: readonly Post[];
  readonly plan: (at: number, run: () => void) => void;
  /** Makes the functions start anew, with the destinations as they are then. */
  readonly deploy: () => void;
};

/** Who runs the commands, and changes the configuration. */
export function createOperators({ surroundings, outside, posts, plan, deploy }: Operations) {
  const { clock, trace } = surroundings;
  const names = outside.crms.map(({ name }) => name);
  const removed = new Set<string>();
  const steady = new Set(names);
  const configured = () => names.filter((name) => !removed.has(name));
  const erased: Erased[] = [];
  let running = 0;

  /** Undefined if its machine died, or it failed. */
  function command<T>(run: (commands: ReturnType<typeof createCommands>) => Promise<T>) {
    running += 1;
    return new Promise<T | undefined>((resolve) => {
      const end = (result: T | undefined) => {
        running -= 1;
        resolve(result);
      };
      const process = createProcess(surroundings, {
        name: `operator ${Math.floor(clock.now() - surroundings.start)}`,
        deadline: Number.POSITIVE_INFINITY,
        onDeath: () => end(undefined),
      });
      const services = createServices(outside, () => process);
      run(createCommands(services, configured())).then(end, (error: unknown) => {
        trace?.(`${process.name} fails: ${String(error)}`);
        end(undefined);
      });
    });
  }

  /** As often as it takes. */
  async function erase(who: Who): Promise<void> {
    const own: Erased = { who, runs: [], endedAt: undefined, left: '' };
    erased.push(own);
    for (;;) {
      const stored = [...outside.dynamo.items].flatMap(([key, item]) => (hasBody(item) ? [key] : []));
      const unindexed = stored.filter((key) => !outside.dynamo.isIndexed(key));
      own.runs.push({ at: clock.now(), stored: new Set(stored), unindexed: new Set(unindexed) });
      trace?.(`the operator erases ${JSON.stringify(who)}`);
      const hear = (left: readonly string[]) => {
        own.left += left.join();
      };
      const erasure = await command(({ erase }) => erase(who, hear));
      if (erasure?.isComplete) break;
      await new Promise<void>((resolve) => plan(clock.now() + againMs, resolve));
    }
    own.endedAt = clock.now();
    trace?.(`erased, but for: ${own.left || 'nothing'}`);
  }

  const acts: Readonly<Record<Act, (which: number) => void>> = {
    replay: () => void command(({ replay }) => replay(['parked', 'rejected'])),
    'replay what is delivered': () => {
      // What the staff have deleted is written again.
      for (const { touched } of outside.crms) touched.clear();
      void command(({ replay }) => replay(['delivered']));
    },
    backfill: () => void command(({ backfill }) => backfill()),
    dismiss: () => void command(({ dismiss }) => dismiss({ undo: false })),
    'undo the dismissals': () => void command(({ dismiss }) => dismiss({ undo: true })),
    erase: (which) => void erase(whoIs(which, posts)),
    'remove a destination': (which) => {
      const name = names[which % names.length] ?? '';
      removed.add(name);
      steady.delete(name);
    },
    'restore the destinations': () => removed.clear(),
  };

  return {
    erased,
    steady,
    configured,
    running: () => running,
    act: (act: Act, which: number): void => {
      trace?.(`the operator wants to ${act}`);
      acts[act](which);
      deploy();
    },
  };
}

type Act = OperatorAct['act'] | 'replay what is delivered';

const againMs = 120_000;

function whoIs(which: number, posts: readonly Post[]): Who {
  const [first] = posts;
  return which < 6 || first === undefined
    ? { email: emails[which % emails.length] }
    : { visitor: `1:${visitorIdOf(first)}` };
}
