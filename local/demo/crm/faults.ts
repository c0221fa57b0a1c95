/** Failures of the demo CRM that a user can switch on, to see what the forwarder does then. */
export type Fault = 'lost-answer' | 'kill-deliver' | 'away' | 'slow';

export type Faults = {
  readonly isOn: (fault: Fault) => boolean;
  readonly set: (fault: Fault, on: boolean) => void;
  /** Whether the fault is on. One that is for a single chat is off afterwards. */
  readonly take: (fault: Fault) => boolean;
};

/** These would fail every further attempt as well, so they end with the first. */
export const isForOneChat = (fault: Fault) => fault === 'lost-answer' || fault === 'kill-deliver';

export function createFaults(): Faults {
  const on = new Set<Fault>();
  return {
    isOn: (fault) => on.has(fault),
    set(fault, wanted) {
      if (wanted) on.add(fault);
      else on.delete(fault);
    },
    take: (fault) => (isForOneChat(fault) ? on.delete(fault) : on.has(fault)),
  };
}
