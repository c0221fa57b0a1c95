/**
 * How an invocation spends its time, in milliseconds before its deadline, when Lambda stops the function:
 *
 *     60 s                         25 s          10 s       5 s      0
 *      │ attempts, calls of CRMs     │ none begins  │          │        │ stopped
 *      │ writes of the table                        │ none begins      │
 *      │                                                       │ calls have ended, leases are given back
 */
export const timeLeft = {
  /** A call that is cut off leaves its outcome in doubt, and an attempt that is looks like a crash. */
  toBegin: 25_000,
  toWrite: 10_000,
  toRelease: 5_000,
} as const;

export const hasTime = (toDo: keyof typeof timeLeft, deadline: Date, now: Date): boolean =>
  deadline.getTime() - now.getTime() >= timeLeft[toDo];

/** When no more of it may begin. */
export const endOf = (toDo: keyof typeof timeLeft, deadline: Date): Date =>
  new Date(deadline.getTime() - timeLeft[toDo]);
