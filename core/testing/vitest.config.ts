// Three kinds of test, told apart by their file names:
//   *.test.ts               pure and quick: no database, no container
//   *.integration.test.ts   real PostgreSQL, real sockets, real processes
//   *.e2e.test.ts           a real Docker engine, game servers and browser
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { alone, long, withBrowser } from './e2e-groups.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const services = fileURLToPath(new URL('./services.ts', import.meta.url))
const databases = fileURLToPath(new URL('./database-server.ts', import.meta.url))
const everywhere = ['core', 'plugins', 'views', 'static'].map((folder) => `${folder}/**/*`)
const endToEnd = everywhere.map((path) => `${path}.e2e.test.{ts,tsx}`)

// Where others share the processors a deadline can be missed once; what fails twice is broken.
const retry = process.env['CI'] ? 1 : 0

// vitest keeps one processor for itself, which of two is half.
const maxWorkers = Math.max(2, availableParallelism() - 1)

const e2e = (
  name: string,
  groupOrder: number,
  files: { include: string[]; exclude?: string[]; maxWorkers?: number },
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    globalSetup: [services, databases],
    retry,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    sequence: { groupOrder },
    ...files,
  },
})

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => long.some((file) => moduleId.endsWith(file))
    return (await super.sort(files)).toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)))
  }
}

export default defineConfig({
  root,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    maxWorkers,
    sequence: { sequencer: LongFirst },
    // A test that awaits what a page or a process shows ends when it does; the deadline is for what never comes. Vitest's own
    // of one second is missed now and then by a browser on shared processors.
    expect: { poll: { timeout: 10_000 } },
    // Each group starts when the one before has ended: two cores are shared with PostgreSQL, Docker and Chromium.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: everywhere.map((path) => `${path}.test.{ts,tsx}`),
          exclude: everywhere.flatMap((path) => [`${path}.integration.test.{ts,tsx}`, `${path}.e2e.test.{ts,tsx}`]),
          testTimeout: 10_000,
          // They keep nothing and change nothing outside: three quarters of their time was the start of a process for each.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: everywhere.map((path) => `${path}.integration.test.{ts,tsx}`),
          globalSetup: [services, databases],
          retry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      e2e('e2e', 3, { include: endToEnd, exclude: [...withBrowser, ...alone] }),
      e2e('e2e-browser', 4, { include: withBrowser }),
      e2e('e2e-alone', 5, { include: alone, maxWorkers: 1 }),
    ],
  },
})
