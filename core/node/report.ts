// Facts on their way up, on disk until the panel has acknowledged them; and the values of which only the latest counts.
import type { Report } from './context.ts'

export interface NodeReport extends Report, Disposable {
  /** New when earlier facts were lost. */
  readonly outboxId: string
}

/** `directory` is `<data>/node`; made when it is not there. */
export declare function openReport(directory: string): NodeReport
