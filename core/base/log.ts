// Structured logging: a fixed sentence plus fields. A Log is handed in, already tagged; nothing imports a global one.
import { type Logger, pino } from 'pino'

export type Fields = Readonly<Record<string, unknown>>

export interface Log {
  /** Somebody has to get up. */
  error(sentence: string, fields?: Fields): void
  /** For the operator's morning. */
  warn(sentence: string, fields?: Fields): void
  /** Life events. */
  info(sentence: string, fields?: Fields): void
  /** For us; a client's mistake belongs here. */
  debug(sentence: string, fields?: Fields): void
  /** A log whose every line carries these fields too. */
  with(fields: Fields): Log
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** Writes one JSON object a line to standard error. Errors in fields keep message, stack and cause. */
export function openLog(level: LogLevel, destination: NodeJS.WritableStream = process.stderr): Log {
  const root = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    destination,
  )
  return wrap(root)
}

/** Swallows everything; for tests and for callers without a log. */
export const silentLog: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  with: () => silentLog,
}

function wrap(logger: Logger): Log {
  return {
    error: (sentence, fields = {}) => logger.error(fields, sentence),
    warn: (sentence, fields = {}) => logger.warn(fields, sentence),
    info: (sentence, fields = {}) => logger.info(fields, sentence),
    debug: (sentence, fields = {}) => logger.debug(fields, sentence),
    with: (fields) => wrap(logger.child(fields)),
  }
}
