// Every message of the link between a node and the panel. Desired state goes down, facts go up, and both ends check
// what arrives against these schemas.
//
//   node                                   panel
//   hello {servers: [{id, revision}]}  →
//                                      ←   welcome {…}          then one server.apply for each that is not up to date
//   fact {seq, …}                      →                        kept by the node until
//                                      ←   ack {seq}
//   status, stats, progress            →                        latest value wins, never kept
//                                      ←   request {id, method, params}
//   answer {id, ok, …}                 →
//   renew {request}                    →                        answered by a certificate.renew request
//   DATA and END frames of a stream    ↔   CREDIT frames        see codec.ts and session.ts
import { z } from 'zod'
import { desiredServerSchema } from '#core/domain/plan.ts'
import { exitSchema, observedStates } from '#core/domain/server.ts'

const time = z.string().max(40)

// --- node → panel ------------------------------------------------------------------------------------------------------

export const capacitySchema = z.object({
  cores: z.number().positive(),
  memoryBytes: z.int().nonnegative(),
  /** Of the file system that holds the servers' files. */
  diskBytes: z.int().nonnegative(),
  diskFreeBytes: z.int().nonnegative(),
})

export const nodeStatusSchema = z.object({
  at: time,
  hostname: z.string(),
  version: z.string(),
  operatingSystem: z.string(),
  architecture: z.string(),
  capacity: capacitySchema,
  /** Of the whole machine. */
  usage: z.object({ cpuPercent: z.number(), memoryBytes: z.number() }),
  /** TCP and UDP ports within the node's range that something else on the machine holds. */
  portsTaken: z.array(z.int()).max(5000),
  driver: z.object({
    id: z.string(),
    healthy: z.boolean(),
    detail: z.string(),
    fix: z.string().optional(),
    engine: z.string().optional(),
    facts: z.record(z.string(), z.string()).optional(),
    warnings: z.array(z.string()).optional(),
  }),
  plugins: z
    .array(
      z.object({ name: z.string(), state: z.enum(['running', 'failed', 'skipped']), reason: z.string().optional() }),
    )
    .max(500),
})
export type NodeStatus = z.output<typeof nodeStatusSchema>

const helloSchema = z.object({
  type: z.literal('hello'),
  /** The newest version the node speaks. */
  protocol: z.int(),
  /** The oldest one, since version 2. */
  oldestProtocol: z.int().optional(),
  version: z.string(),
  /** New with every start of the node process. */
  bootId: z.string().max(40),
  /** New when the node lost its outbox; `seq` counts within it. */
  outboxId: z.string().max(40),
  /** The node's clock, for the warning about skew. */
  clock: time,
  servers: z.array(z.object({ id: z.uuid(), revision: z.int().nonnegative() })).max(3000),
  status: nodeStatusSchema,
})

const stateFact = z.object({
  kind: z.literal('state'),
  state: z.enum(observedStates),
  /** When this state began, by the node's clock. */
  since: time,
  /** Revision and power request the node acted on. */
  revision: z.int().nonnegative(),
  request: z.int().nonnegative(),
  /** When the current run began; absent when it does not run. */
  startedAt: time.optional(),
  /** How the last run ended; absent before the first end. */
  exit: exitSchema.optional(),
  /** A sentence worth showing: why it was left off, why it is not ready, why the installation failed. */
  reason: z.string().max(2000).optional(),
  /** True when the ready rule did not match in time and the server runs on. */
  notReady: z.boolean().optional(),
  /** How often it was restarted after a crash within the window. */
  restarts: z.int().nonnegative().optional(),
  /** Last lines of a failed installation, plain text. */
  installLog: z.array(z.string()).max(50).optional(),
})
const hintFact = z.object({ kind: z.literal('hint'), hint: z.string(), line: z.string().max(2000) })
const removedFact = z.object({ kind: z.literal('removed') })
/** A server this node has files of, which the panel never mentioned; nothing is deleted because of it. */
const factBody = z.discriminatedUnion('kind', [stateFact, hintFact, removedFact])
export type FactBody = z.output<typeof factBody>
export type StateFact = z.output<typeof stateFact>

export const factSchema = z.object({
  type: z.literal('fact'),
  seq: z.int().positive(),
  at: time,
  serverId: z.uuid(),
  body: factBody,
})
export type Fact = z.output<typeof factSchema>

const statusSchema = z.object({ type: z.literal('status'), status: nodeStatusSchema })

const serverStatsSchema = z.object({
  id: z.uuid(),
  cpuPercent: z.number(),
  memoryBytes: z.number(),
  diskBytes: z.number().nullable(),
  /** Bytes per second. */
  receivedPerSecond: z.number(),
  sentPerSecond: z.number(),
  players: z.int().nonnegative().nullable(),
  capacity: z.int().nonnegative().nullable(),
})
export type ServerStats = z.output<typeof serverStatsSchema>

/** One message a tick for all running servers. */
const statsSchema = z.object({
  type: z.literal('stats'),
  at: time,
  servers: z.array(serverStatsSchema).max(10_000),
})

export const installStepSchema = z.object({
  /** `pull` the game's image, `pull-installer`, `script`, `finish`. */
  name: z.enum(['pull', 'pull-installer', 'script', 'finish']),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  startedAt: time.optional(),
  endedAt: time.optional(),
})
const installProgressSchema = z.object({
  type: z.literal('progress'),
  serverId: z.uuid(),
  /** The installation this belongs to. */
  request: z.int().positive(),
  steps: z.array(installStepSchema).max(10),
  layers: z
    .array(
      z.object({
        id: z.string(),
        status: z.enum(['waiting', 'downloading', 'unpacking', 'done']),
        current: z.number(),
        total: z.number(),
      }),
    )
    .max(200),
})
export type InstallProgress = z.output<typeof installProgressSchema>

export const answerSchema = z.discriminatedUnion('ok', [
  z.object({ type: z.literal('answer'), id: z.int(), ok: z.literal(true), result: z.unknown() }),
  z.object({
    type: z.literal('answer'),
    id: z.int(),
    ok: z.literal(false),
    /** `status` as in PublicError; 500 when the node failed in a way it did not foresee. */
    error: z.object({ code: z.string(), message: z.string(), status: z.int().min(400).max(599) }),
  }),
])

/** Asks for a new certificate, in a request signed with a new key; see core/protocol/identity.ts. */
const renewSchema = z.object({ type: z.literal('renew'), request: z.string().max(4000) })

/** What a node may send. */
export const fromNodeSchema = z.discriminatedUnion('type', [
  helloSchema,
  factSchema,
  statusSchema,
  statsSchema,
  installProgressSchema,
  renewSchema,
  answerSchema,
])
export type FromNode = z.output<typeof fromNodeSchema>

// --- panel → node ------------------------------------------------------------------------------------------------------

const nodeSettingsSchema = z.object({
  /** Ports servers may use; the node reports which of them are taken. */
  portRange: z.object({ from: z.int(), to: z.int() }),
  mirrors: z.array(z.object({ from: z.string(), to: z.string() })).max(50),
  /** Sent over the link only; the node keeps them in memory. */
  logins: z.array(z.object({ registry: z.string(), username: z.string(), password: z.string() })).max(50),
})
export type NodeSettings = z.output<typeof nodeSettingsSchema>

const welcomeSchema = z.object({
  type: z.literal('welcome'),
  /** What both speak from now on. */
  protocol: z.int(),
  nodeId: z.uuid(),
  clock: time,
  settings: nodeSettingsSchema,
  /** Facts up to here are stored. */ acknowledged: z.int().nonnegative(),
})
const ackSchema = z.object({ type: z.literal('ack'), seq: z.int().nonnegative() })
const settingsSchema = z.object({ type: z.literal('settings'), settings: nodeSettingsSchema })
const applySchema = z.object({ type: z.literal('server.apply'), server: desiredServerSchema })

/** What the panel may ask for. Each has a deadline at the panel; doing it twice is harmless, but for console.write. */
export const requestMethods = {
  /** Writes one line to the game's console. The line comes back through the stream. */
  'console.write': {
    params: z.object({ serverId: z.uuid(), line: z.string().max(4000), by: z.string().max(100) }),
    result: z.object({}),
  },
  /** Opens a stream of console records after that line number, or of the last `tail` lines; see core/domain/console.ts. */
  'console.read': {
    params: z.object({
      serverId: z.uuid(),
      stream: z.int().positive(),
      after: z.int().nonnegative().optional(),
      tail: z.int().nonnegative().max(5000),
    }),
    result: z.object({}),
  },
  'console.close': { params: z.object({ stream: z.int().positive() }), result: z.object({}) },
  /** Older records, oldest first, at most `limit` lines and 200 kB; `text` is a run of records. */
  'console.history': {
    params: z.object({ serverId: z.uuid(), before: z.int().nonnegative(), limit: z.int().positive().max(1000) }),
    result: z.object({ text: z.string(), more: z.boolean() }),
  },
  /** Records whose text contains the query, newest first, case-insensitive. */
  'console.search': {
    params: z.object({ serverId: z.uuid(), query: z.string().min(1).max(200), limit: z.int().positive().max(500) }),
    result: z.object({ text: z.string(), more: z.boolean() }),
  },
  /** Measures now instead of at the next tick. */
  'node.status': { params: z.object({}), result: nodeStatusSchema },
  /** A new certificate over the live link; the node dials again with it. */
  'certificate.renew': { params: z.object({ certificate: z.string() }), result: z.object({}) },
} as const
export type RequestMethod = keyof typeof requestMethods
export type RequestParams<M extends RequestMethod> = z.output<(typeof requestMethods)[M]['params']>
export type RequestResult<M extends RequestMethod> = z.output<(typeof requestMethods)[M]['result']>

const requestSchema = z.object({
  type: z.literal('request'),
  id: z.int(),
  method: z.string(),
  params: z.unknown(),
})

/** What the panel may send. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  ackSchema,
  settingsSchema,
  applySchema,
  requestSchema,
])
export type FromPanel = z.output<typeof fromPanelSchema>

// --- enrolment, over HTTPS on the link port ----------------------------------------------------------------------------

export const enrolRequestSchema = z.object({
  token: z.string().max(200),
  csr: z.string().max(4000),
  hostname: z.string().max(255),
  version: z.string().max(40),
})
export const enrolAnswerSchema = z.object({ nodeId: z.uuid(), certificate: z.string(), authority: z.string() })
