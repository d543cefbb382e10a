// @ts-check
// How often a log is drawn: with every frame while it is calm, less often when drawing is dear or lines pour in.

/** Drawing may take a third of the time of the main thread. */
const restPerDraw = 2
/** More lines a second than that nobody reads. */
const floodPerSecond = 300
/** A flood is drawn twenty times a second. */
const floodFrameMs = 50
const measureMs = 500

/** @param {number} now milliseconds */
export function createPace(now = performance.now()) {
  let received = 0
  let since = now
  let fast = false
  let flooded = false
  let restUntil = 0

  return {
    /** @param {number} count */
    received(count) {
      received += count
    },
    /** How long to wait before drawing, in milliseconds. @param {number} now */
    wait(now) {
      if (now - since >= measureMs) {
        const wasFast = fast
        fast = (received / (now - since)) * 1000 > floodPerSecond
        // Twice in a row: the history that comes with a connection is no flood.
        flooded = fast && wasFast
        received = 0
        since = now
      }
      return Math.max(0, restUntil - now)
    },
    /** @param {number} start @param {number} end */
    drew(start, end) {
      restUntil = Math.max(end + (end - start) * restPerDraw, flooded ? start + floodFrameMs : 0)
    },
    get flooded() {
      return flooded
    },
  }
}
