// HTML of a view, for tests.

/** Hono's JSX gives strings, or promises of strings when something within it waits. */
export async function drawn(view: unknown): Promise<string> {
  return String(await view)
}
