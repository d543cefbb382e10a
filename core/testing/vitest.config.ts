// Three kinds of test, told apart by their file names:
//   *.test.ts               pure and quick: no database, no container
//   *.integration.test.ts   real PostgreSQL, real sockets, real processes
//   *.e2e.test.ts           a real Docker engine, game servers and browser; one file at a time
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('../..', import.meta.url))
const services = fileURLToPath(new URL('./services.ts', import.meta.url))
const databases = fileURLToPath(new URL('./database-server.ts', import.meta.url))
const everywhere = ['core', 'plugins', 'views', 'static'].map((folder) => `${folder}/**/*`)

// Where others share the processors a deadline can be missed once; what fails twice is broken.
const retry = process.env['CI'] ? 1 : 0

export default defineConfig({
  root,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    // Each kind starts when the one before has passed: two cores are shared with PostgreSQL, Docker and Chromium.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: everywhere.map((path) => `${path}.test.{ts,tsx}`),
          exclude: everywhere.flatMap((path) => [`${path}.integration.test.{ts,tsx}`, `${path}.e2e.test.{ts,tsx}`]),
          testTimeout: 10_000,
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
      {
        extends: true,
        test: {
          name: 'e2e',
          include: everywhere.map((path) => `${path}.e2e.test.{ts,tsx}`),
          globalSetup: [services, databases],
          retry,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
