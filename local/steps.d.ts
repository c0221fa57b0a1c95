export type Step = {
  /** Replaces the moving line by a tick, what was done, and its seconds. */
  readonly done: (what: string) => void;
};

export type Steps = {
  /** One at a time. `detail` is shown behind the text. */
  readonly begin: (text: string, detail?: () => string) => Step;
  /** Prints a line above the step that is under way. */
  readonly print: (text: string) => void;
  /** Removes the line of the step that is under way, which will never be done. */
  readonly abandon: () => void;
};

export function createSteps(stream: NodeJS.WriteStream): Steps;
