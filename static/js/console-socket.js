// @ts-check
// The console's one WebSocket: opens it, opens it again when it is lost, and says what it is doing.

const firstDelay = 500
/** A person looks at the page: longer than this nobody wants to wait for the next try. */
const longestDelay = 30_000
/** A connection that has not opened by then is given up. */
const openDeadline = 10_000
/** Close code of the panel for a session that ended while it looked. */
const dismissed = 4403

/** How long to wait before try number `attempt`, in milliseconds; the jitter keeps many browsers apart after a restart.
 * @param {number} attempt from 0 @param {number} chance 0–1 */
export function delayBefore(attempt, chance) {
  const base = Math.min(longestDelay, firstDelay * 2 ** Math.min(attempt, 16))
  return Math.round(base * (0.7 + 0.6 * chance))
}

/**
 * @typedef {object} SocketEvents
 * @property {() => string} address called for each try: it names the last line that is known
 * @property {(frame: ArrayBuffer) => void} onFrame
 * @property {(text: string) => void} onText
 * @property {() => void} onOpen
 * @property {(nextTryAt: number) => void} onLost
 * @property {() => void} onDismissed the panel says that this person may no longer look
 */

/** @param {SocketEvents} events */
export function openSocket({ address, onFrame, onText, onOpen, onLost, onDismissed }) {
  /** @type {WebSocket | undefined} */
  let socket
  let attempt = 0
  let timer = 0
  let closed = false

  function connect() {
    clearTimeout(timer)
    const mine = new WebSocket(address())
    socket = mine
    mine.binaryType = 'arraybuffer'
    const deadline = setTimeout(() => mine.close(), openDeadline)
    mine.addEventListener('open', () => {
      clearTimeout(deadline)
      attempt = 0
      if (socket === mine) onOpen()
    })
    mine.addEventListener('message', ({ data }) => {
      if (socket !== mine) return
      if (data instanceof ArrayBuffer) onFrame(data)
      else onText(String(data))
    })
    mine.addEventListener('close', ({ code }) => {
      clearTimeout(deadline)
      if (socket !== mine) return
      socket = undefined
      if (closed) return
      if (code === dismissed) return onDismissed()
      const delay = delayBefore(attempt++, Math.random())
      timer = window.setTimeout(connect, delay)
      onLost(Date.now() + delay)
    })
  }

  const tryNow = () => {
    if (socket || closed) return
    attempt = 0
    connect()
  }
  const onVisible = () => {
    if (!document.hidden) tryNow()
  }
  window.addEventListener('online', tryNow)
  document.addEventListener('visibilitychange', onVisible)
  connect()

  return {
    tryNow,
    /** False when there is no connection: nothing is queued. @param {string} text */
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(text)
      return true
    },
    close() {
      closed = true
      clearTimeout(timer)
      window.removeEventListener('online', tryNow)
      document.removeEventListener('visibilitychange', onVisible)
      socket?.close()
    },
  }
}
