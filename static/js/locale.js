// @ts-check
// In which language dates and numbers are written, and in which zone times: the person's choice, else the browser's.

const { language: chosen, timeZone: zone } = document.documentElement.dataset

/** For Intl; undefined: the browser's. */
export const language = chosen
/** Spread into the options of a date format. */
export const inZone = zone === undefined ? {} : { timeZone: zone }

const dates = new Intl.DateTimeFormat('en-CA', { ...inZone, year: 'numeric', month: '2-digit', day: '2-digit' })

/**
 * `2026-11-28`, as the calendar on the reader's wall says.
 * @param {Date} at
 */
export function calendarDate(at) {
  return dates.format(at)
}
