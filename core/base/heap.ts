// How much memory a process that runs for weeks lets itself have.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * V8 lets the heap grow to four times of what is alive before it collects all of it: a panel after a busy minute held
 * 330 MB of which 40 were in use, and 200 with this, at the same CPU time a request. Called once a process has started:
 * code that was compiled and kept by other flags is refused, which would make each start slower.
 */
export function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=40')
}

/** Connected, and with what it has to do done; then now and again: a collection of twenty megabytes takes some 20 ms. */
const firstMs = 10_000
const againMs = 5 * 60_000

/** V8 collects when something is allocated: what starting left behind would stay with a process that has little to do. */
export function settle(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect !== 'function') return
  setTimeout(() => {
    collect()
    setInterval(() => collect(), againMs).unref()
  }, firstMs).unref()
}
