/** What is opened when it is first asked for, once, and closed if it ever was. */
export interface Later<T> {
  /** @throws what opening throws, each time; what `gone` makes, once it was closed without having been opened */
  get(): Promise<T>;
  close(): Promise<void>;
}

/** `gone`: the error for those who ask after the end. */
export function later<T>(open: () => Promise<T>, close: (opened: T) => Promise<void>, gone: () => Error): Later<T> {
  let opening: Promise<T> | undefined;
  let closed = false;
  return {
    async get() {
      if (closed && opening === undefined) throw gone();
      opening ??= open();
      return opening;
    },
    async close() {
      closed = true;
      const opened = await opening?.catch(() => undefined); // what failed to open has nothing to free
      if (opened !== undefined) await close(opened);
    },
  };
}
