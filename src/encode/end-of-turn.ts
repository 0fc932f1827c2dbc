interface NodeProcess {
  nextTick?(run: () => void): void;
}

const { nextTick } = (globalThis as unknown as { process?: NodeProcess }).process ?? ({} as NodeProcess);

/** Runs a function when the code that runs now has ended, before anything else happens. */
export const atEndOfTurn = nextTick ?? queueMicrotask;
