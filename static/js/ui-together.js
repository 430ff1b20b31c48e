/** Work that is asked for often and done once. */

/**
 * Calls within `ms` milliseconds are one piece of work, done at their end; a steady stream of calls never puts it off.
 * @param {() => void} work
 * @param {number} ms
 */
export function together(work, ms) {
  let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, ms);
  };
}
